import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { messageOf, usageError } from '../base/errors.js';
import { keyValueFlag, parseBytes, parseKeyValue } from '../base/parse.js';
import type { PortWish, StartOptions } from '../cluster/local/plan.js';
import { protocols, saslMechanisms } from '../cluster/local/security.js';
import type { LocalMode } from '../cluster/local/state.js';
import type { ClusterOptions } from './seed.js';
import { readSeed } from './seed-file.js';
import type { EngineChoice } from './types.js';

/** A port, or `auto`. */
const portFlag = Flags.custom<PortWish>({
  parse: async (text) => {
    if (text === 'auto') return text;
    if (!/^\d{1,5}$/.test(text)) throw usageError(`"${text}" is not a port`, 'Write a number, or auto.');
    return Number(text);
  },
  helpValue: '<port|auto>',
});

/** How many racks, or their names. */
const racksFlag = Flags.custom<string[]>({
  parse: async (text) => {
    if (!/^\d+$/.test(text)) return text.split(',');
    const count = Number(text);
    if (count < 1 || count > 9) throw usageError(`${count} is not a number of racks`, 'There are 1 to 9.');
    return Array.from({ length: count }, (_, index) => `r${index + 1}`);
  },
  helpValue: '<count|name,…>',
});

/** Flags that say which Kafka or ZooKeeper. */
export const versionFlags = {
  kafka: Flags.string({ description: 'version of Kafka', helpValue: '<version>' }),
  'zookeeper-version': Flags.string({ description: 'version of ZooKeeper', helpValue: '<version>' }),
};

export const engineFlags = {
  kafka: Flags.string({
    description: 'version of Kafka, 2.4.0 or newer (default 3.9.2, the last one with ZooKeeper)',
    helpValue: '<version>',
  }),
  'zookeeper-version': Flags.string({
    description: 'version of ZooKeeper, in place of the one that comes with Kafka',
    helpValue: '<version>',
  }),
  mode: Flags.option({
    options: ['zookeeper', 'kraft'] as const satisfies LocalMode[],
    description: 'for a Kafka that knows both, 3.3 to 3.9 (default zookeeper)',
  })(),
};

/** The engine that the flags name. */
export function engineChoice(flags: {
  kafka?: string | undefined;
  mode?: LocalMode | undefined;
  'zookeeper-version'?: string | undefined;
}): EngineChoice {
  return { kafkaVersion: flags.kafka, mode: flags.mode, zookeeperVersion: flags['zookeeper-version'] };
}

/** What a cluster shall be: the flags of every command that starts one. */
export const startFlags = {
  ...engineFlags,
  'kafka-home': Flags.string({ description: 'an unpacked Kafka to run instead (or KAFKA_HOME)' }),
  brokers: Flags.integer({ description: 'how many brokers, 1 to 9; 0 for a ZooKeeper alone' }),
  racks: racksFlag({ description: "the brokers' racks, in turn (default a rack for each: r1, r2 …)" }),
  'log-dirs': Flags.integer({ description: 'how many log directories a broker has, 1 to 8' }),
  'disk-size': Flags.custom<number>({
    parse: async (text) => parseBytes(text),
    description: 'for "local fill-disk": disks of this size for the log directories, in memory (root, Linux)',
    helpValue: '<bytes>',
  })(),
  partitionable: Flags.boolean({ description: 'for "local partition": a relay between all servers (Linux)' }),
  zookeepers: Flags.integer({ description: 'how many ZooKeepers, 1, 3 or 5' }),
  observers: Flags.integer({ description: 'how many more ZooKeepers without a vote, up to 4' }),
  controllers: Flags.integer({
    description: 'KRaft: 1, 3 or 5 controllers of their own (default broker 1 is the controller too)',
  }),
  port: portFlag({ description: 'port of the first broker; the others have those that follow' }),
  'zk-port': portFlag({ description: 'port of the first ZooKeeper; the others have those that follow' }),
  'data-dir': Flags.string({ description: 'where to keep the data' }),
  config: Flags.string({ ...keyValueFlag, description: 'a configuration of the brokers and controllers' }),
  'zk-config': Flags.string({ ...keyValueFlag, description: 'a configuration of the ZooKeepers' }),
  heap: Flags.string({ description: 'maximum heap of a broker (default 512m)' }),
  security: Flags.option({
    options: protocols,
    description: 'how clients reach the brokers (default plaintext); passwords and certificates are made',
  })(),
  user: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'a user beside admin; the password is made, and stands in a file that "local status" names',
    helpValue: '<name>',
  }),
  'users-file': Flags.string({
    description: 'users and their passwords, a line each: name=password',
    helpValue: '<file>',
  }),
  mechanism: Flags.option({
    options: saslMechanisms,
    description: 'how clients are told to log in (default PLAIN); brokers take every one',
  })(),
  'client-auth': Flags.option({
    options: ['required', 'none'] as const,
    description: 'whether clients need a certificate; one is made for each user',
  })(),
  authorizer: Flags.boolean({ description: 'hold users to ACLs; admin may do anything' }),
  seed: Flags.string({
    description: 'topics, users, ACLs and records of a new cluster, as YAML or JSON',
    helpValue: '<file>',
  }),
};

interface StartFlagValues
  extends Pick<
    StartOptions,
    | 'mode'
    | 'brokers'
    | 'racks'
    | 'zookeepers'
    | 'observers'
    | 'controllers'
    | 'port'
    | 'heap'
    | 'security'
    | 'mechanism'
  > {
  kafka?: string | undefined;
  'zookeeper-version'?: string | undefined;
  'kafka-home'?: string | undefined;
  'log-dirs'?: number | undefined;
  'disk-size'?: number | undefined;
  partitionable: boolean;
  'zk-port'?: PortWish | undefined;
  'data-dir'?: string | undefined;
  config?: string[] | undefined;
  'zk-config'?: string[] | undefined;
  user?: string[] | undefined;
  'users-file'?: string | undefined;
  'client-auth'?: 'required' | 'none' | undefined;
  authorizer: boolean;
  seed?: string | undefined;
}

/** @throws a usage error for a file that cannot be read */
export async function clusterOptions(flags: StartFlagValues): Promise<Omit<ClusterOptions, 'name'>> {
  const { mode, brokers, racks, zookeepers, observers, controllers, port, heap } = flags;
  const clientAuth = flags['client-auth'];
  return {
    ...{ mode, brokers, racks, zookeepers, observers, controllers, port, heap },
    security: flags.security,
    mechanism: flags.mechanism,
    clientAuth: clientAuth && clientAuth === 'required',
    authorizer: flags.authorizer || undefined,
    users: await usersOf(flags),
    seed: flags.seed === undefined ? undefined : await readSeed(flags.seed),
    kafkaVersion: flags.kafka,
    zookeeperVersion: flags['zookeeper-version'],
    kafkaHome: flags['kafka-home'],
    logDirs: flags['log-dirs'],
    diskSizeBytes: flags['disk-size'],
    partitionable: flags.partitionable || undefined,
    zookeeperPort: flags['zk-port'],
    dataDir: flags['data-dir'],
    configs: flags.config && Object.fromEntries(flags.config.map(parseKeyValue)),
    zookeeperConfigs: flags['zk-config'] && Object.fromEntries(flags['zk-config'].map(parseKeyValue)),
  };
}

async function usersOf(flags: StartFlagValues): Promise<Map<string, string | null> | undefined> {
  const file = flags['users-file'];
  if (file === undefined && !flags.user) return undefined;
  const users = new Map<string, string | null>((flags.user ?? []).map((name) => [name, null]));
  if (file === undefined) return users;
  const text = await readFile(file, 'utf8').catch((error) => {
    throw usageError(`the users ${file} cannot be read: ${messageOf(error)}`);
  });
  const { getProperties } = await import('properties-file');
  for (const [name, password] of Object.entries(getProperties(text))) users.set(name, password);
  return users;
}
