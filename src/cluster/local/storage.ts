import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KctlError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { unmountDisks } from './disk.js';
import type { Engine } from './engine.js';
import { serverFiles } from './files.js';
import type { Java } from './java.js';
import { propertyOf } from './java-properties.js';
import { metaProperties, serverProperties } from './properties.js';
import { type LocalState, type ServerState, serversOf } from './state.js';

const metaFile = 'meta.properties';

/** The records a new KRaft cluster begins with; the same for every cluster of one Kafka version. */
export const bootstrapFile = 'bootstrap.checkpoint';

/**
 * Formats a KRaft node's empty data folder, as `kafka-storage format` does. Kafka's own tool is run once a
 * version: what it writes for one cluster differs from another's in `meta.properties` alone.
 */
export async function formatStorage(
  java: Java,
  engine: Engine,
  state: LocalState,
  node: ServerState,
): Promise<void> {
  const { config, dataDir, dataDirs } = serverFiles(state, node);
  const empty = dataDirs.filter((folder) => !existsSync(join(folder, metaFile)));
  if (empty.length === 0) return;
  state.clusterId ??= randomUuid();
  const prepared = engine.preparedFolder && join(engine.preparedFolder, bootstrapFile);
  if (prepared && existsSync(prepared)) {
    for (const folder of empty) {
      makeFolder(folder);
      copyFileSync(prepared, join(folder, bootstrapFile));
      writeFileSync(join(folder, metaFile), metaProperties(state.clusterId, node.id, randomUuid()));
    }
    return;
  }
  makeFolder(join(config, '..'));
  writeFileSync(config, serverProperties(state, node), { mode: 0o600 });
  const tool = ['-cp', engine.jars.join(':'), 'kafka.tools.StorageTool', 'format', '--ignore-formatted'];
  try {
    await promisify(execFile)(java.path, [...tool, '--cluster-id', state.clusterId, '--config', config]);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new KctlError(`the data folder ${dataDir} could not be formatted`, {
      code: 'LOCAL_START_FAILED',
      words: stderr.trim().split('\n').at(-1) ?? '',
      cause: error,
    });
  }
}

/** A random UUID as Kafka writes it: 22 characters of base64url, not beginning with a dash. */
function randomUuid(): string {
  for (;;) {
    const text = randomBytes(16).toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}

/** The cluster id that a started broker holds in its data folder. */
export function readClusterId(state: LocalState): string | null {
  for (const broker of serversOf(state, 'broker')) {
    const file = join(serverFiles(state, broker).dataDir, metaFile);
    if (existsSync(file)) return propertyOf(readFileSync(file, 'utf8').slice(0, 4096), 'cluster.id') ?? null;
  }
  return null;
}

/** Removes the servers' own folders, and the folder around them only where nothing else is in it. */
export function removeData(state: LocalState): void {
  unmountDisks(state);
  for (const folder of state.servers.flatMap((server) => serverFiles(state, server).dataDirs))
    rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(state.dataDir);
  } catch {
    // It is not there, or it holds what is not ours.
  }
}
