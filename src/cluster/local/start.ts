import { usageError } from '../../base/errors.js';
import {
  defaultKafkaVersion,
  type Engine,
  installKafka,
  installZookeeper,
  unpackedEngine,
} from './engine.js';
import { findJava } from './java.js';
import { type StartHooks, type StartOutcome, startPrepared } from './launch.js';
import { clusterFolder } from './paths.js';
import type { PlannedEngines, StartOptions } from './plan.js';
import { prepareEngine } from './prepare.js';
import { type LocalState, readState, serversOf } from './state.js';

/**
 * Starts a local cluster and waits until it is ready: ZooKeeper first, then the brokers together. One that runs
 * already is left as it is; servers of it that are missing are started. Another kctl that starts or stops the
 * same cluster is waited for.
 * @throws KctlError: usage; `JAVA_MISSING`, `MAVEN_MISSING`, `ENGINE_…` before anything is done; `PORT_IN_USE`;
 * `LOCAL_CONFLICT` with what it was before; `LOCAL_START_FAILED` and its kin with the server's own last words
 */
export async function startLocal(options: StartOptions, hooks: StartHooks = {}): Promise<StartOutcome> {
  clusterFolder(options.name);
  const java = await findJava();
  const engines = await enginesFor(options, readState(options.name), hooks);
  for (const engine of [engines.zookeeper, engines.kafka])
    if (engine) await prepareEngine(java, engine, hooks);
  return startPrepared(options, { java, engines }, hooks);
}

/** Those asked for by flags, else by KAFKA_HOME; else those it was started with before; else the default. */
async function enginesFor(
  options: StartOptions,
  previous: LocalState | undefined,
  hooks: StartHooks,
): Promise<PlannedEngines> {
  const zookeeperVersion = options.zookeeperVersion ?? previous?.zookeeperVersion ?? null;
  const zookeeper = zookeeperVersion === null ? null : await installZookeeper(zookeeperVersion, hooks);
  const brokers = options.brokers ?? (previous ? serversOf(previous, 'broker').length : 1);
  const kafka = zookeeper && brokers === 0 ? null : await kafkaFor(options, previous, hooks);
  if (zookeeper && kafka?.mode === 'kraft')
    throw usageError('there is no ZooKeeper in KRaft mode', 'Kafka up to 3.9 uses one.');
  return { kafka, zookeeper };
}

async function kafkaFor(
  options: StartOptions,
  previous: LocalState | undefined,
  hooks: StartHooks,
): Promise<Engine> {
  const { kafkaHome, kafkaVersion } = options;
  if (kafkaHome !== undefined && kafkaVersion !== undefined)
    throw usageError('a Kafka version and an unpacked Kafka were both asked for', 'Give one of them.');
  const before = previous && previous.kafkaVersion === (kafkaVersion ?? previous.kafkaVersion);
  const mode = options.mode ?? (before ? previous.mode : undefined);
  if (kafkaVersion !== undefined) return installKafka(kafkaVersion, { ...hooks, mode });
  const home = kafkaHome ?? process.env.KAFKA_HOME ?? previous?.kafkaHome;
  if (home) return unpackedEngine(home, mode);
  return installKafka(previous?.kafkaVersion ?? defaultKafkaVersion, { ...hooks, mode });
}

/** The engines that a cluster was started with. */
export function enginesOf(state: LocalState, hooks: StartHooks): Promise<PlannedEngines> {
  const { name, kafkaHome, kafkaVersion, mode } = state;
  return enginesFor({ name, mode, ...(kafkaHome ? { kafkaHome } : { kafkaVersion }) }, state, hooks);
}
