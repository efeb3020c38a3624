import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../base/folder.js';
import type { Cluster } from './index.js';
import { clusterNamePattern, stateFolder } from './local/paths.js';

/**
 * Which clusters have a reassignment that is not finished, and where its journal is: a small file a cluster, in a folder
 * that is there only while there is one, so that every command can afford to look.
 */
function openFolder(): string {
  return join(stateFolder(), 'reassign', 'open');
}

/** A cluster's id as the name of a file; what could be another path is not. */
export function fileNameOf(clusterId: string): string {
  return clusterNamePattern.test(clusterId) ? clusterId : Buffer.from(clusterId).toString('base64url');
}

export function hasOpenJournals(): boolean {
  return existsSync(openFolder());
}

/** The path of the journal that is open for a cluster, as this machine knows. */
export function openJournalOf(clusterId: string): string | undefined {
  try {
    return readFileSync(join(openFolder(), fileNameOf(clusterId)), 'utf8').slice(0, 4096) || undefined;
  } catch {
    return undefined;
  }
}

export function markOpen(clusterId: string, journal: string): void {
  makeFolder(openFolder());
  writeFileSync(join(openFolder(), fileNameOf(clusterId)), journal, { mode: 0o600 });
}

export function unmarkOpen(clusterId: string): void {
  rmSync(join(openFolder(), fileNameOf(clusterId)), { force: true });
  try {
    rmdirSync(openFolder());
  } catch {
    // Another cluster has one, too.
  }
}

/** How long a command that is done asks whose cluster it was. */
const askMs = 1_000;

/** What is to be said of a journal that is open for a cluster and that nobody carries out. */
export async function openJournalNote(cluster: Cluster): Promise<string | undefined> {
  const [{ lockHolder }, { Deadline }] = await Promise.all([
    import('./local/lock.js'),
    import('../base/deadline.js'),
  ]);
  const nodes = await cluster.wire.nodes(new Deadline(askMs)).catch(() => undefined);
  const path = nodes?.clusterId ? openJournalOf(nodes.clusterId) : undefined;
  if (path === undefined || lockHolder(`${path}.lock`)) return undefined;
  return `note: a reassignment of this cluster was left, and its journal is open: kctl reassign status (or resume, or cancel; ${path})`;
}
