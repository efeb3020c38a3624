import { KctlError, usageError } from '../../base/errors.js';
import { defaultKafkaVersion, type Engine, installEngine, unpackedEngine } from './engine.js';
import { isAlive } from './identity.js';
import { findJava } from './java.js';
import {
  launch,
  recover,
  type StartHooks,
  type StartOutcome,
  startPrepared,
  withClusterLock,
} from './launch.js';
import { clusterFolder } from './paths.js';
import { assignPorts, type StartOptions } from './plan.js';
import { prepareEngine } from './prepare.js';
import { type LocalState, readState } from './state.js';
import { requireBroker } from './stop.js';

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
  const engine = await engineFor(options, hooks);
  await prepareEngine({ java, engine }, hooks);
  return startPrepared(options, { java, engine }, hooks);
}

/** The engine asked for by flags, else by KAFKA_HOME; else the one it was started with before; else the default. */
async function engineFor(options: StartOptions, hooks: StartHooks): Promise<Engine> {
  const { kafkaHome, kafkaVersion } = options;
  if (kafkaHome !== undefined && kafkaVersion !== undefined)
    throw usageError('a Kafka version and an unpacked Kafka were both asked for', 'Give one of them.');
  if (kafkaVersion !== undefined) return installEngine(kafkaVersion, hooks);
  const home = kafkaHome ?? process.env.KAFKA_HOME;
  if (home) return unpackedEngine(home);
  const previous = readState(options.name);
  return previous ? engineOf(previous, hooks) : installEngine(defaultKafkaVersion, hooks);
}

function engineOf({ kafkaHome, kafkaVersion }: LocalState, hooks: StartHooks): Promise<Engine> | Engine {
  return kafkaHome === null ? installEngine(kafkaVersion, hooks) : unpackedEngine(kafkaHome);
}

/**
 * Starts again a broker that was killed or has died, in a cluster that runs.
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such cluster or broker
 */
export async function startBroker(name: string, id: number, hooks: StartHooks = {}): Promise<StartOutcome> {
  const java = await findJava();
  return withClusterLock(name, hooks, async () => {
    const { state, broker } = requireBroker(await recover(name, hooks), name, id);
    if (isAlive(broker.process)) return { state, alreadyRunning: true };
    if (state.zookeeper && !isAlive(state.zookeeper.process)) {
      throw new KctlError(`ZooKeeper of the local cluster "${name}" does not run, which a broker needs`, {
        code: 'LOCAL_STOPPED',
        hint: `Start all of it: kctl local start --name ${name}`,
      });
    }
    await assignPorts(state, [broker]);
    await launch(state, [broker], { java, engine: await engineOf(state, hooks) }, hooks);
    return { state, alreadyRunning: false };
  });
}
