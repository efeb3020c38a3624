import { defaultKafkaVersion, type EngineOptions } from '../cluster/local/engine.js';
import type { StartHooks } from '../cluster/local/launch.js';
import type { StartOptions } from '../cluster/local/plan.js';
import { setUpEngine } from '../cluster/local/prepare.js';
import { startBroker, startLocal } from '../cluster/local/start.js';
import { readState } from '../cluster/local/state.js';
import {
  killBroker,
  resetLocal,
  type StopHooks,
  type StopOutcome,
  stopLocal,
} from '../cluster/local/stop.js';
import { describeEngine, describeLocal } from './document.js';
import { removeAbandoned } from './throwaway.js';
import type { LocalCluster, LocalEngine } from './types.js';

/** Starts a cluster, or whatever of it does not run; harmless when all of it does. */
export async function startCluster(options: StartOptions, hooks: StartHooks): Promise<LocalCluster> {
  await removeAbandoned();
  const { state, alreadyRunning } = await startLocal(options, hooks);
  if (alreadyRunning) hooks.progress?.(`The local cluster "${state.name}" runs already`);
  return describeLocal(state.name, state);
}

/** Starts one broker again that was killed or has died. */
export async function startOneBroker(name: string, id: number, hooks: StartHooks): Promise<LocalCluster> {
  const { state, alreadyRunning } = await startBroker(name, id, hooks);
  if (alreadyRunning) hooks.progress?.(`Broker ${id} of the local cluster "${name}" runs already`);
  return describeLocal(name, state);
}

/** Stops a cluster; harmless when it does not run. */
export async function stopCluster(name: string, hooks: StopHooks): Promise<LocalCluster> {
  const outcome = await stopLocal(name, hooks);
  if (!outcome.wasRunning) hooks.progress?.(`The local cluster "${name}" was not running`);
  return describeStopped(name, outcome);
}

/** Stops a cluster and removes its data; harmless when there is none. */
export async function resetCluster(name: string, hooks: StopHooks): Promise<LocalCluster> {
  const outcome = await resetLocal(name, hooks);
  if (!outcome.state) hooks.progress?.(`There is no local cluster "${name}"`);
  return describeStopped(name, { ...outcome, state: undefined });
}

function describeStopped(name: string, { state, killed }: StopOutcome): LocalCluster {
  return describeLocal(
    name,
    state,
    killed.map((server) => `${server} did not end in its grace time and was killed`),
  );
}

/** Kills one broker as a crash would; harmless when it does not run. */
export async function killOneBroker(name: string, id: number, hooks: StartHooks): Promise<LocalCluster> {
  const { state, wasRunning } = await killBroker(name, id, hooks);
  if (!wasRunning) hooks.progress?.(`Broker ${id} of the local cluster "${name}" was not running`);
  return describeLocal(name, state);
}

/** What runs of a cluster; never fails because nothing does. */
export function clusterStatus(name: string): LocalCluster {
  return describeLocal(name, readState(name));
}

/** Fetches and prepares the engine of a Kafka version ahead of its first start. */
export async function setUpLocalEngine(
  kafkaVersion: string | undefined,
  options: EngineOptions,
): Promise<LocalEngine> {
  return describeEngine(await setUpEngine(kafkaVersion ?? defaultKafkaVersion, options));
}
