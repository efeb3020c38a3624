import { KctlError } from '../../base/errors.js';
import { clockEnvironment } from './clock.js';
import { type DiskWish, fillDisk } from './disk.js';
import { isAlive } from './identity.js';
import { requireReachable } from './launch.js';
import { type ServerWork, serverActions } from './one-server.js';
import { applyRelay } from './relay.js';
import { writeState } from './state.js';

/** Holds back all that goes to a server and comes from it, or lets it pass again. */
export function partitionServer(partitioned: boolean): ServerWork {
  return async (state, server) => {
    if (!state.partitionable)
      throw new KctlError(`the local cluster "${state.name}" was not started to be partitioned`, {
        code: 'LOCAL_CONFLICT',
        hint: 'Start one whose servers reach each other through a relay: kctl local start --partitionable.',
      });
    if ((server.partitioned ?? false) === partitioned) return false;
    server.partitioned = partitioned;
    await applyRelay(state);
    return true;
  };
}

/** Shifts a server's clock. One that runs is started again with another time of day. */
export function skewClock(clockSkewMs: number): ServerWork {
  return async (state, server, hooks) => {
    if ((server.clockSkewMs ?? 0) === clockSkewMs) return false;
    clockEnvironment({ clockSkewMs });
    requireReachable(state, server);
    server.clockSkewMs = clockSkewMs;
    writeState(state);
    if (isAlive(server.process)) await serverActions.restart(state, server, hooks);
    return true;
  };
}

/** Fills the disk of a broker, or empties it again. */
export function fillServerDisk(wish: DiskWish): ServerWork {
  return async (state, server) => fillDisk(state, server, wish);
}
