import {
  defaultKafkaVersion,
  type EngineOptions,
  installKafka,
  installZookeeper,
} from '../cluster/local/engine.js';
import { findJava } from '../cluster/local/java.js';
import type { StartHooks } from '../cluster/local/launch.js';
import {
  actOnServer,
  type ServerAction,
  type ServerRef,
  type ServerWork,
  serverActions,
} from '../cluster/local/one-server.js';
import { prepareEngine } from '../cluster/local/prepare.js';
import { startLocal } from '../cluster/local/start.js';
import { type LocalState, readState, serverName } from '../cluster/local/state.js';
import { resetLocal, type StopHooks, type StopOutcome, stopLocal } from '../cluster/local/stop.js';
import { describeEngine, describeLocal } from './document.js';
import type { ClusterOptions } from './seed.js';
import type { Seed } from './seed-file.js';
import { removeAbandoned } from './throwaway.js';
import type { EngineChoice, LocalCluster, LocalEngine } from './types.js';

/** Starts a cluster, or whatever of it does not run; harmless when all of it does. */
export async function startCluster(options: ClusterOptions, hooks: StartHooks): Promise<LocalCluster> {
  await removeAbandoned();
  const { state, alreadyRunning, isNew } = await startLocal(options, hooks);
  if (options.seed && isNew) await sow(state, options.seed);
  else if (options.seed) hooks.progress?.('It has data already, and is not seeded');
  if (alreadyRunning) hooks.progress?.(`The local cluster "${state.name}" runs already`);
  return describeLocal(state.name, state);
}

/** A cluster that got only a part would never get the rest, as only a new one is seeded: it is removed. */
async function sow(state: LocalState, seed: Seed): Promise<void> {
  const { applySeed } = await import('./seed.js');
  try {
    await applySeed(state, seed);
  } catch (error) {
    await resetLocal(state.name, { graceMs: 0 });
    throw error;
  }
}

const nothingToDo: Record<ServerAction, string> = {
  start: 'runs already',
  stop: 'was not running',
  restart: 'was not running',
  kill: 'was not running',
  pause: 'is paused already',
  resume: 'was not paused',
};

/** Does something to one server while the others go on; harmless when it is so already. */
export function changeServer(
  action: ServerAction,
  name: string,
  server: ServerRef,
  hooks: StopHooks,
): Promise<LocalCluster> {
  return workOnServer({ work: serverActions[action], nothing: nothingToDo[action] }, name, server, hooks);
}

/** @param nothing what is said of a server with which there was nothing to do */
export async function workOnServer(
  { work, nothing }: { work: ServerWork; nothing: string },
  name: string,
  server: ServerRef,
  hooks: StopHooks,
): Promise<LocalCluster> {
  const { state, changed } = await actOnServer(work, name, server, hooks);
  if (!changed) hooks.progress?.(`${serverName(server)} of the local cluster "${name}" ${nothing}`);
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

/** What runs of a cluster; never fails because nothing does. */
export function clusterStatus(name: string): LocalCluster {
  return describeLocal(name, readState(name));
}

/** Fetches and prepares an engine ahead of its first start. */
export async function setUpLocalEngine(
  { kafkaVersion, mode, zookeeperVersion }: EngineChoice,
  options: EngineOptions,
): Promise<LocalEngine> {
  const java = await findJava();
  const engine =
    zookeeperVersion === undefined
      ? await installKafka(kafkaVersion ?? defaultKafkaVersion, { ...options, mode })
      : await installZookeeper(zookeeperVersion, options);
  await prepareEngine(java, engine, options);
  return describeEngine(engine);
}
