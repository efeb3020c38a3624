import type { ManifestArg, ManifestCommand, ManifestFlag } from '../base/manifest.js';
import { compareNames } from '../base/names.js';

/** A word that could stand where one is being typed. */
export interface Candidate {
  value: string;
  description?: string;
}

/** What only the cluster, or a file of the user's, can tell. */
export type LiveKind = 'topic' | 'group' | 'broker' | 'user' | 'config-key' | 'context';

/** What the word that is being typed can be. */
export interface Wanted {
  candidates: Candidate[];
  live?: LiveKind;
  /** What stands before and behind what is live: `User:`, `=`. */
  before?: string;
  after?: string;
  /** A name of a file, which shells complete themselves. */
  files?: boolean;
  /** The values of flags that stand on the line. */
  flags: Record<string, string[]>;
}

const flagKinds: Record<string, LiveKind> = {
  topic: 'topic',
  'round-trip': 'topic',
  group: 'group',
  like: 'group',
  broker: 'broker',
  'broker-logger': 'broker',
  user: 'user',
  context: 'context',
};
const principalFlags = [
  'principal',
  'allow-principal',
  'deny-principal',
  'user-principal',
  'owner',
  'renewer',
];
const brokerListFlags = ['drain', 'fill', 'broker-ids', 'exclude-brokers'];

/**
 * Says what can stand in the place of the last word of a line.
 * @param words those behind `kctl`; the last is being typed, and may be empty
 */
export function wantedAt(words: readonly string[], commands: readonly ManifestCommand[]): Wanted {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const firstFlag = before.findIndex((word) => word.startsWith('-'));
  const leading = firstFlag < 0 ? before : before.slice(0, firstFlag);
  const { command, length } = findCommand(leading, commands);
  const below = firstFlag < 0 && length === leading.length ? namesBelow(leading, commands) : [];
  if (!command) return starting({ candidates: below, flags: {} }, typed);
  const { flags, positional, open } = readWords(before.slice(length), command);
  if (open) return starting({ ...valuesOf(open, ''), flags }, typed);
  const [name, ...value] = typed.split('=');
  const assigned = value.length > 0 ? flagNamed(name ?? '', command) : undefined;
  if (assigned) return starting({ ...valuesOf(assigned, `--${assigned.name}=`), flags }, typed);
  if (typed.startsWith('-')) return starting({ candidates: flagsOf(command, flags), flags }, typed);
  const arg = argumentAt(command, positional.length);
  const own = arg ? argumentValue(command, arg) : { candidates: [] };
  return starting({ ...own, candidates: [...below, ...own.candidates], flags }, typed);
}

/** Only what begins as the word does; what is live is held to that later. */
function starting(wanted: Wanted, typed: string): Wanted {
  return { ...wanted, candidates: wanted.candidates.filter(({ value }) => value.startsWith(typed)) };
}

function findCommand(words: readonly string[], commands: readonly ManifestCommand[]) {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const id = words.slice(0, length).join(':');
    const command = commands.find((each) => each.id === id || each.aliases.includes(id));
    if (command) return { command, length };
  }
  return { command: undefined, length: words.length };
}

/** The next words of the commands that begin with some words. */
function namesBelow(words: readonly string[], commands: readonly ManifestCommand[]): Candidate[] {
  const found = new Map<string, Candidate>();
  const prefix = words.map((word) => `${word}:`).join('');
  for (const { id, aliases, summary } of commands) {
    for (const name of [id, ...aliases]) {
      if (!name.startsWith(prefix)) continue;
      const [next = '', ...rest] = name.slice(prefix.length).split(':');
      const isWhole = rest.length === 0 && summary !== undefined;
      if (isWhole || !found.has(next))
        found.set(next, { value: next, ...(isWhole ? { description: summary } : {}) });
    }
  }
  return [...found.values()].sort((a, b) => compareNames(a.value, b.value));
}

/** The words behind a command: flags with their values, the others, and a flag whose value comes next. */
function readWords(words: readonly string[], command: ManifestCommand) {
  const flags: Record<string, string[]> = {};
  const positional: string[] = [];
  let open: ManifestFlag | undefined;
  const give = (flag: ManifestFlag, value?: string) => {
    flags[flag.name] = [...(flags[flag.name] ?? []), ...(value === undefined ? [] : [value])];
  };
  for (const word of words) {
    if (open) {
      give(open, word);
      open = undefined;
      continue;
    }
    const [name = '', ...value] = word.split('=');
    const flag = flagNamed(name, command);
    if (!flag) positional.push(...(word.startsWith('-') ? [] : [word]));
    else if (flag.type === 'boolean') give(flag);
    else if (value.length > 0) give(flag, value.join('='));
    else open = flag;
  }
  return { flags, positional, open };
}

function flagNamed(word: string, command: ManifestCommand): ManifestFlag | undefined {
  if (!word.startsWith('-')) return undefined;
  return Object.values(command.flags).find(({ name, char }) => word === `--${name}` || word === `-${char}`);
}

function flagsOf(command: ManifestCommand, given: Record<string, string[]>): Candidate[] {
  return Object.values(command.flags)
    .filter(({ name, multiple }) => multiple || given[name] === undefined)
    .map(({ name, description }) => ({ value: `--${name}`, ...(description ? { description } : {}) }))
    .sort((a, b) => compareNames(a.value, b.value));
}

/** @param prefix what stands before the value in the same word */
function valuesOf({ name, options, helpValue }: ManifestFlag, prefix: string): Omit<Wanted, 'flags'> {
  if (options) return { candidates: options.map((value) => ({ value: prefix + value })) };
  if (principalFlags.includes(name)) return { candidates: [], live: 'user', before: `${prefix}User:` };
  if (brokerListFlags.includes(name)) return { candidates: [], live: 'broker', before: prefix };
  if (name === 'config' && helpValue === '<key=value>')
    return { candidates: [], live: 'config-key', before: prefix, after: '=' };
  const live = flagKinds[name];
  if (live) return { candidates: [], live, before: prefix };
  return { candidates: [], files: prefix === '' && (helpValue === '<file>' || /-(file|config)$/.test(name)) };
}

function argumentAt({ args, strict }: ManifestCommand, index: number): ManifestArg | undefined {
  const all = Object.values(args);
  return all[index] ?? (strict === false ? all.at(-1) : undefined);
}

const ofTopics = /^(topics:(?!create)|console-|producers:describe|leaders:|transactions:(abort|find))/;

function argumentValue({ id }: ManifestCommand, { name, options }: ManifestArg): Omit<Wanted, 'flags'> {
  if (options) return { candidates: options.map((value) => ({ value })) };
  if (name === 'topic' || name === 'topics' || ofTopics.test(id)) return { candidates: [], live: 'topic' };
  if (name === 'group') return { candidates: [], live: 'group' };
  if (/^(brokers:|cluster:unregister)/.test(id)) return { candidates: [], live: 'broker' };
  if (id.startsWith('users:')) return { candidates: [], live: 'user' };
  if (id === 'acls:what-can') return { candidates: [], live: 'user', before: 'User:' };
  if (id.startsWith('context:') && name === 'name') return { candidates: [], live: 'context' };
  if (/^configs:(describe|unset)$/.test(id)) return { candidates: [], live: 'config-key' };
  if (id.startsWith('configs:')) return { candidates: [], live: 'config-key', after: '=' };
  return { candidates: [], files: /^(file|plan)$/.test(name) };
}
