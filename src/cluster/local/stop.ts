import { rmSync } from 'node:fs';
import { isAlive } from './identity.js';
import { endAll, recover, type StartHooks, withClusterLock } from './launch.js';
import { clusterFolder } from './paths.js';
import { type LocalState, readState } from './state.js';
import { removeData } from './storage.js';

export const defaultGraceMs = 10_000;

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

/** Stops a cluster: its brokers first, together, controllers and ZooKeepers last. One that does not run is left as it is. */
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
  const wasRunning = !!state && state.servers.some(({ process }) => isAlive(process));
  if (!state || state.phase === 'stopped') return { state, wasRunning, killed: [] };
  const killed = await endAll(state, hooks.graceMs ?? defaultGraceMs, { progress: hooks.progress });
  if (state.ephemeral) rmSync(clusterFolder(name), { recursive: true, force: true });
  return { state, wasRunning, killed };
}
