import { constants, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExitCode, KctlError, usageError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { serverFiles } from './files.js';
import { isAlive } from './identity.js';
import { recover, type StartHooks, withClusterLock } from './launch.js';
import { clusterFolder, clusterNamePattern, stateFolder } from './paths.js';
import { type LocalState, parseState, readState, writeState } from './state.js';
import { removeData } from './storage.js';

/** A stopped cluster's data, kept under a name that is no cluster's: any cluster may begin from it. */
export interface Snapshot {
  name: string;
  /** What the cluster was when it was kept. */
  state: LocalState;
}

const stateName = 'state.json';
const unfinishedMark = '.unfinished';

function snapshotsFolder(): string {
  return join(stateFolder(), 'snapshots');
}

/** @throws a usage error when the name could not be a folder's */
function snapshotFolder(name: string): string {
  if (!clusterNamePattern.test(name) || name.startsWith('.'))
    throw usageError(
      `"${name}" is not a name for a snapshot`,
      'Use letters, digits, dots, underscores and dashes.',
    );
  return join(snapshotsFolder(), name);
}

/**
 * Keeps a stopped cluster's data; a snapshot of this name is replaced.
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such cluster; `LOCAL_RUNNING` when it runs
 */
export async function saveSnapshot(name: string, cluster: string, hooks: StartHooks): Promise<Snapshot> {
  const folder = snapshotFolder(name);
  if (!readState(cluster)) throw notFound(`there is no local cluster "${cluster}"`);
  return withClusterLock(cluster, hooks, async () => {
    const state = await recover(cluster, hooks);
    if (!state || !existsSync(state.dataDir)) throw notFound(`the local cluster "${cluster}" has no data`);
    requireStopped(state);
    const unfinished = `${folder}${unfinishedMark}`;
    rmSync(unfinished, { recursive: true, force: true });
    makeFolder(unfinished);
    for (const source of dataFolders(state)) await copy(source, join(unfinished, basename(source)));
    const security = securityFolder(cluster);
    if (existsSync(security)) await copy(security, join(unfinished, 'security'));
    writeFileSync(join(unfinished, stateName), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
    return { name, state };
  });
}

/**
 * Puts a snapshot's data in place of a stopped cluster's, or makes a cluster of it that is not there yet.
 * @throws KctlError `NOT_FOUND` (exit 4) when there is no such snapshot; `LOCAL_RUNNING` when the cluster runs
 */
export async function restoreSnapshot(name: string, cluster: string, hooks: StartHooks): Promise<LocalState> {
  const folder = snapshotFolder(name);
  const { state: kept } = readSnapshot(name);
  return withClusterLock(cluster, hooks, async () => {
    const before = await recover(cluster, hooks);
    if (before) requireStopped(before);
    const state: LocalState = {
      ...kept,
      name: cluster,
      phase: 'stopped',
      ephemeral: false,
      owner: null,
      dataDir: before?.dataDir ?? join(clusterFolder(cluster), 'data'),
      servers: kept.servers.map((server) => ({
        ...server,
        // Two clusters of one snapshot may run beside one another.
        ...(cluster === kept.name ? {} : { portAuto: true }),
        process: null,
      })),
    };
    if (before) removeData(before);
    writeState(state);
    for (const target of dataFolders(state)) {
      makeFolder(state.dataDir);
      const source = join(folder, basename(target));
      if (existsSync(source)) await copy(source, target);
    }
    rmSync(securityFolder(cluster), { recursive: true, force: true });
    if (existsSync(join(folder, 'security'))) await copy(join(folder, 'security'), securityFolder(cluster));
    return state;
  });
}

/** All snapshots, in the order of their names. */
export function listSnapshots(): Snapshot[] {
  const folder = snapshotsFolder();
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => clusterNamePattern.test(name) && !name.endsWith(unfinishedMark))
    .sort()
    .map(readSnapshot);
}

/** @throws KctlError `NOT_FOUND` (exit 4) */
export function removeSnapshot(name: string): Snapshot {
  const snapshot = readSnapshot(name);
  rmSync(snapshotFolder(name), { recursive: true });
  return snapshot;
}

function readSnapshot(name: string): Snapshot {
  const file = join(snapshotFolder(name), stateName);
  if (!existsSync(file)) throw notFound(`there is no snapshot "${name}"`);
  const state = parseState(readFileSync(file, 'utf8'));
  if (typeof state === 'string')
    throw new KctlError(`the snapshot "${name}" cannot be used: ${state}`, { code: 'LOCAL_STATE' });
  return { name, state };
}

function requireStopped({ name, servers }: LocalState): void {
  if (!servers.some(({ process }) => isAlive(process))) return;
  throw new KctlError(`the local cluster "${name}" runs, and what it writes cannot be copied`, {
    code: 'LOCAL_RUNNING',
    hint: `Stop it first: kctl local stop --name ${name}`,
  });
}

function dataFolders(state: LocalState): string[] {
  return state.servers.flatMap((server) => serverFiles(state, server).dataDirs);
}

function securityFolder(cluster: string): string {
  return join(clusterFolder(cluster), 'security');
}

/** Blocks are shared where the file system can do so until one side writes; a link would be written through. */
async function copy(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
}

function notFound(message: string): KctlError {
  return new KctlError(message, {
    code: 'NOT_FOUND',
    exitCode: ExitCode.notFound,
    hint: 'See: kctl local snapshot list',
  });
}
