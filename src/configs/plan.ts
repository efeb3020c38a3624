import { nearestNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { ConfigEntry } from './ask.js';
import { type ConfigResource, describeResource, ownSource } from './resources.js';
import type { ConfigOperation } from './send.js';
import type { ChangedConfig } from './types.js';

/** Keys that brokers take and do not list before they are set (Kafka's DynamicConfig.Broker). */
const unlistedBrokerKeys = [
  'leader.replication.throttled.rate',
  'follower.replication.throttled.rate',
  'replica.alter.log.dirs.io.max.bytes.per.second',
];

/** What is not sent to a broker at all: keys that it does not know, and secrets that stand on the command line. */
export function refusals(
  resource: ConfigResource,
  entries: readonly ConfigEntry[],
  options: { operations: readonly ConfigOperation[]; onCommandLine: string[]; allowUnknown: boolean },
): ItemError[] {
  const known = new Set(entries.map((entry) => entry.name));
  if (resource.type === 'broker') for (const key of unlistedBrokerKeys) known.add(key);
  const sensitive = new Set(entries.filter((entry) => entry.sensitive).map((entry) => entry.name));
  const subject = describeResource(resource);
  return options.operations.flatMap(({ key }): ItemError[] => {
    const ofListener = resource.type === 'broker' && /^listener\.name\.[^.]+\./.exec(key)?.[0];
    if (options.onCommandLine.includes(key) && sensitive.has(ofListener ? key.slice(ofListener.length) : key))
      return [exposedSecret(subject, key)];
    // Of client metrics, brokers of 4.0 list what is set and no more; they refuse by themselves what they do not know.
    const isLeftToBroker = resource.type === 'client-metrics' || ofListener || options.allowUnknown;
    return known.has(key) || isLeftToBroker ? [] : [unknownKey(subject, key, known)];
  });
}

function exposedSecret(subject: string, key: string): ItemError {
  return {
    subject,
    code: 'SECRET_ON_COMMAND_LINE',
    message: `${key} is sensitive, and everybody can see a command line`,
    hint: 'Write it into a properties file and give that with --file.',
  };
}

function unknownKey(subject: string, key: string, known: Set<string>): ItemError {
  const near = nearestNames(key, known);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : 'All keys: kctl configs describe --all. A key of a plug-in: --allow-unknown.';
  return { subject, code: 'INVALID_CONFIG', message: `there is no configuration ${key}`, hint };
}

/** What an operation makes of a value, as far as it can be told before it is done. */
export function planChange(
  resource: ConfigResource,
  entry: ConfigEntry | undefined,
  { key, operation, value }: ConfigOperation,
): ChangedConfig {
  const before = entry?.value ?? null;
  return { key, operation, before, after: entry?.sensitive ? null : valueAfter() };

  function valueAfter(): string | null {
    if (operation === 'set') return value;
    if (operation === 'unset')
      return entry?.synonyms.find(({ source }) => source !== ownSource(resource))?.value ?? null;
    const members = (before ?? '').split(',').filter((member) => member !== '');
    const words = (value ?? '').split(',').map((word) => word.trim());
    if (operation === 'append')
      return [...members, ...words.filter((word) => !members.includes(word))].join(',');
    return members.filter((member) => !words.includes(member)).join(',');
  }
}

/** Whether two ways to write a value mean the same: brokers give numbers, booleans and lists in a form of their own. */
export function sameValue(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  const plain = (text: string) =>
    text
      .replace(/\s*,\s*/g, ',')
      .trim()
      .toLowerCase();
  return plain(a) === plain(b) || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
}
