import { randomBytes } from 'node:crypto';
import { identify, isAlive } from '../cluster/local/identity.js';
import type { StartHooks } from '../cluster/local/launch.js';
import { startLocal } from '../cluster/local/start.js';
import { type LocalState, readStateQuietly, throwawayNames, writeState } from '../cluster/local/state.js';
import { resetLocal } from '../cluster/local/stop.js';
import { startWatchdog, type Watchdog } from '../cluster/local/watchdog.js';
import type { ClusterOptions } from './seed.js';

/** A cluster on free ports that ends with this process at the latest. */
export interface Throwaway {
  state: LocalState;
  watchdog: Watchdog;
  /** Removes it. Its data is of no more use to anyone: nothing is shut down in order, which takes seconds. */
  remove(): Promise<void>;
  /** Leaves it running, for who stops it by its name. */
  keep(): void;
}

export interface ThrowawayOptions extends Omit<ClusterOptions, 'name' | 'ephemeral' | 'owner'> {
  /** What fails is left, with its logs. */
  keepOnFailure?: boolean;
}

/**
 * Starts a cluster of a name of its own, which no command finds by itself. What processes that were killed have
 * left behind is removed first.
 * @throws as `startLocal` does; then only its logs are left, until another cluster is started, unless what fails is to be kept
 */
export async function startThrowaway(options: ThrowawayOptions, hooks: StartHooks = {}): Promise<Throwaway> {
  const owner = identify(process.pid);
  const name = `.exec-${randomBytes(5).toString('hex')}`;
  const watchdog = startWatchdog(name);
  const remove = async () => {
    await resetLocal(name, { graceMs: 0 });
    watchdog.release();
  };
  const keep = () => {
    const state = readStateQuietly(name);
    if (state) writeState({ ...state, owner: null });
    watchdog.release();
  };
  let isStarted = false;
  try {
    await removeAbandoned();
    const ports = { port: options.port ?? 'auto', zookeeperPort: options.zookeeperPort ?? 'auto' };
    const { state } = await startLocal({ ...options, ...ports, name, ephemeral: true, owner }, hooks);
    isStarted = true;
    if (options.seed) {
      const { applySeed } = await import('./seed.js');
      await applySeed(state, options.seed);
    }
    return { state, watchdog, remove, keep };
  } catch (error) {
    if (hooks.signal?.aborted) await remove();
    else if (options.keepOnFailure) keep();
    // Its servers have ended, and the error names their logs: whoever starts a cluster next removes them.
    else if (!isStarted) watchdog.release();
    else await remove();
    throw error;
  }
}

/** Removes the clusters whose process is gone, and whose watchdog was killed as well. */
export async function removeAbandoned(): Promise<void> {
  for (const name of throwawayNames()) {
    const owner = readStateQuietly(name)?.owner;
    if (owner && !isAlive(owner)) await resetLocal(name, { graceMs: 0 });
  }
}
