import { rmSync } from 'node:fs';
import { ExitCode, KctlError } from '../../base/errors.js';
import { isAlive } from './identity.js';
import { endAll, recover, type StartHooks, withClusterLock } from './launch.js';
import { clusterFolder } from './paths.js';
import { killServers } from './servers.js';
import { type LocalState, readState, type ServerState, serversOf, writeState } from './state.js';
import { removeData } from './storage.js';

const defaultGraceMs = 10_000;

export interface StopHooks extends StartHooks {
  /** How long a server has to end by itself; 10 s when absent. */
  graceMs?: number | undefined;
}

export interface StopOutcome {
  /** undefined when there is no such cluster. */
  state: LocalState | undefined;
  /** It did run, wholly or in part. */
  wasRunning: boolean;
  /** Names of the servers that did not end in their grace time and were killed. */
  killed: string[];
}

/** Stops a cluster: its brokers first, together, and ZooKeeper last. One that does not run is left as it is. */
export async function stopLocal(name: string, hooks: StopHooks = {}): Promise<StopOutcome> {
  if (!readState(name)) return { state: undefined, wasRunning: false, killed: [] };
  return withClusterLock(name, hooks, () => stopLocked(name, hooks));
}

/** Stops a cluster and removes its data, its logs and all that is known of it. */
export async function resetLocal(name: string, hooks: StopHooks = {}): Promise<StopOutcome> {
  if (!readState(name)) return { state: undefined, wasRunning: false, killed: [] };
  return withClusterLock(name, hooks, async () => {
    const outcome = await stopLocked(name, hooks);
    if (outcome.state) removeData(outcome.state);
    rmSync(clusterFolder(name), { recursive: true, force: true });
    return outcome;
  });
}

async function stopLocked(name: string, hooks: StopHooks): Promise<StopOutcome> {
  const state = await recover(name, hooks);
  const wasRunning = !!state && serversOf(state).some((server) => isAlive(server.process));
  if (!state || state.phase === 'stopped') return { state, wasRunning, killed: [] };
  const killed = await endAll(state, hooks.graceMs ?? defaultGraceMs, { progress: hooks.progress });
  if (state.ephemeral) rmSync(clusterFolder(name), { recursive: true, force: true });
  return { state, wasRunning, killed };
}

/**
 * Kills one broker, as a crash would: nothing is handed over, its data stays.
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such cluster or broker
 */
export async function killBroker(
  name: string,
  id: number,
  hooks: StartHooks = {},
): Promise<{ state: LocalState; wasRunning: boolean }> {
  return withClusterLock(name, hooks, async () => {
    const { state, broker } = requireBroker(await recover(name, hooks), name, id);
    const wasRunning = isAlive(broker.process);
    await killServers([broker]);
    broker.process = null;
    writeState(state);
    return { state, wasRunning };
  });
}

/** @throws KctlError `NOT_FOUND` (exit 4) */
export function requireBroker(
  state: LocalState | undefined,
  name: string,
  id: number,
): { state: LocalState; broker: ServerState } {
  const notFound = (message: string, hint: string) =>
    new KctlError(message, { code: 'NOT_FOUND', exitCode: ExitCode.notFound, hint });
  if (!state)
    throw notFound(`there is no local cluster "${name}"`, `Start it: kctl local start --name ${name}`);
  const broker = state.brokers.find((each) => each.id === id);
  if (broker) return { state, broker };
  const ids = state.brokers.map((each) => each.id).join(', ');
  throw notFound(`the local cluster "${name}" has no broker ${id}`, `It has ${ids}.`);
}
