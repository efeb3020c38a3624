import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { messageOf, usageError } from '../base/errors.js';
import type { ResourceWords } from './select.js';

const named = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true });

/** The flags that name what has configurations, as Kafka's own tool does. */
export const resourceFlags = {
  topic: named('a topic, a glob or a /regular expression/', '<topic>'),
  broker: named("a broker's id, or '*' for each that is alive", '<id>'),
  'broker-defaults': Flags.boolean({ description: 'the cluster-wide default of all brokers' }),
  'broker-logger': named("the loggers of a broker, or '*' for each that is alive", '<id>'),
  'client-metrics': named('a subscription of client metrics (KIP-714)', '<name>'),
  group: named('a group', '<group>'),
};

interface ResourceFlagValues {
  topic?: string[] | undefined;
  broker?: string[] | undefined;
  'broker-defaults': boolean;
  'broker-logger'?: string[] | undefined;
  'client-metrics'?: string[] | undefined;
  group?: string[] | undefined;
}

/** @throws a usage error when nothing is named */
export function resourceWords(flags: ResourceFlagValues): ResourceWords {
  const words: ResourceWords = {
    topic: flags.topic ?? [],
    broker: flags.broker ?? [],
    brokerDefaults: flags['broker-defaults'],
    'broker-logger': flags['broker-logger'] ?? [],
    'client-metrics': flags['client-metrics'] ?? [],
    group: flags.group ?? [],
  };
  if (!words.brokerDefaults && Object.values(words).every((names) => names === false || names.length === 0))
    throw usageError('configurations of what?', 'Name it, for example --topic orders or --broker 1.');
  return words;
}

/** Flags of what changes configurations. */
export const alterFlags = {
  'allow-unknown': Flags.boolean({
    description: 'send keys that no broker lists, such as those of plug-ins',
  }),
};

/** Reads the keys and values of a Java properties file; `-` is standard input. */
export async function readConfigFile(path: string): Promise<Array<[key: string, value: string]>> {
  const { getProperties } = await import('properties-file');
  const text = await readFile(path === '-' ? '/dev/stdin' : path).catch((error) => {
    throw usageError(`--file cannot be read: ${messageOf(error)}`);
  });
  try {
    return Object.entries(getProperties(text));
  } catch {
    // The parser's own words quote what may be a part of a password.
    throw usageError(`${path} is not a properties file`);
  }
}
