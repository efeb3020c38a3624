import type { DiskWish } from '../cluster/local/disk.js';
import { fillServerDisk, partitionServer, skewClock } from '../cluster/local/faults.js';
import type { ServerRef } from '../cluster/local/one-server.js';
import type { StopHooks } from '../cluster/local/stop.js';
import { workOnServer } from './operations.js';
import type { LocalCluster } from './types.js';

/** Cuts a server off from everybody, or lets it be reached again. */
export function partition(
  name: string,
  server: ServerRef,
  { undo }: { undo: boolean },
  hooks: StopHooks,
): Promise<LocalCluster> {
  const nothing = undo ? 'was not cut off' : 'is cut off already';
  return workOnServer({ work: partitionServer(!undo), nothing }, name, server, hooks);
}

/** Shifts a server's clock against this machine's; 0 puts it right. */
export function skew(
  name: string,
  server: ServerRef,
  clockSkewMs: number,
  hooks: StopHooks,
): Promise<LocalCluster> {
  const nothing = clockSkewMs === 0 ? 'has the right time' : 'has that time already';
  return workOnServer({ work: skewClock(clockSkewMs), nothing }, name, server, hooks);
}

/** Fills a broker's disk, or empties it of what it was filled with. */
export function fill(
  name: string,
  server: ServerRef,
  wish: DiskWish,
  hooks: StopHooks,
): Promise<LocalCluster> {
  const nothing = wish.leaveBytes === null ? 'has a disk that was not filled' : 'has no more room than that';
  return workOnServer({ work: fillServerDisk(wish), nothing }, name, server, hooks);
}
