import * as Flags from '@oclif/core/flags';
import { parseKeyValue } from '../base/parse.js';
import type { StartOptions } from '../cluster/local/plan.js';
import { portFlag } from './flags.js';

/** What a cluster shall be: the flags of every command that starts one. */
export const startFlags = {
  brokers: Flags.integer({ description: 'how many brokers, 1 to 9, each in a rack of its own: r1, r2 …' }),
  kafka: Flags.string({
    description: 'version of Kafka: 3.9.2 with ZooKeeper (default), 4.3.0 in KRaft mode',
  }),
  'kafka-home': Flags.string({ description: 'an unpacked Kafka to run instead (or KAFKA_HOME)' }),
  port: portFlag({ description: 'port of the first broker; the others have those that follow' }),
  'zk-port': portFlag({ description: 'port of ZooKeeper' }),
  'data-dir': Flags.string({ description: 'where to keep the data' }),
  config: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'a configuration of the brokers',
    helpValue: '<key=value>',
  }),
  heap: Flags.string({ description: 'maximum heap of a broker (default 512m)' }),
};

interface StartFlagValues {
  brokers?: number | undefined;
  kafka?: string | undefined;
  'kafka-home'?: string | undefined;
  port?: StartOptions['port'];
  'zk-port'?: StartOptions['zookeeperPort'];
  'data-dir'?: string | undefined;
  config?: string[] | undefined;
  heap?: string | undefined;
}

export function clusterOptions(flags: StartFlagValues): Omit<StartOptions, 'name'> {
  return {
    brokers: flags.brokers,
    kafkaVersion: flags.kafka,
    kafkaHome: flags['kafka-home'],
    port: flags.port,
    zookeeperPort: flags['zk-port'],
    dataDir: flags['data-dir'],
    configs: flags.config && Object.fromEntries(flags.config.map(parseKeyValue)),
    heap: flags.heap,
  };
}
