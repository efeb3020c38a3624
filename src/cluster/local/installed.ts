import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KctlError } from '../../base/errors.js';
import { enginesFolder, recordedSums, verifyJars } from './engine.js';
import { type EngineProduct, pinnedVersions, readDefinition } from './engine-definition.js';
import { isAlive } from './identity.js';
import { clusterNames, readStateQuietly, type ServerRole } from './state.js';
import { compareVersions } from './versions.js';

/** An engine that is tested, or in the cache, or both. */
export interface KnownEngine {
  product: EngineProduct;
  version: string;
  /** kctl came with checksums of its jars. */
  pinned: boolean;
  /** Its folders in the cache, the current one and those of other versions of kctl. */
  folders: string[];
  sizeBytes: number;
}

const folderPattern = /^(kafka|zookeeper)-(\d+\.\d+\.\d+)-[0-9a-f]{12}$/;

/** All that can be started without a network, and what else is tested; by product and version. */
export function knownEngines(): KnownEngine[] {
  const cached = existsSync(enginesFolder()) ? readdirSync(enginesFolder()) : [];
  const found = cached.map((name) => folderPattern.exec(name)).filter((match) => match !== null);
  return (['kafka', 'zookeeper'] as const).flatMap((product) => {
    const pinned = pinnedVersions(product);
    const own = found.filter((match) => match[1] === product);
    const versions = new Set([...pinned, ...own.map((match) => match[2] ?? '')]);
    return [...versions].sort(compareVersions).map((version) => {
      const folders = own
        .filter((match) => match[2] === version)
        .map(([name]) => join(enginesFolder(), name));
      const sizeBytes = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
      return { product, version, pinned: pinned.includes(version), folders, sizeBytes };
    });
  });
}

/**
 * Compares an engine's jars with the checksums that they are held to.
 * @throws KctlError `ENGINE_CHECKSUM` naming the jar
 */
export async function verifyEngine({ product, version }: KnownEngine): Promise<void> {
  const { folderName, sums } = readDefinition(product, version);
  const folder = join(enginesFolder(), folderName);
  const held = sums ?? recordedSums(folder);
  if (held && existsSync(folder)) await verifyJars(join(folder, 'libs'), held);
}

/**
 * Removes an engine from the cache; the checksums recorded of one that kctl has none of stay.
 * @throws KctlError `ENGINE_IN_USE` naming the local cluster that runs it
 */
export function removeEngine({ product, version, folders }: KnownEngine): void {
  const user = clusterNames().find((name) => runsOn(name, product, version));
  if (user !== undefined) {
    throw new KctlError(`the local cluster "${user}" runs on it`, {
      code: 'ENGINE_IN_USE',
      hint: `Stop it first: kctl local stop --name ${user}`,
    });
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function runsOn(name: string, product: EngineProduct, version: string): boolean {
  const state = readStateQuietly(name);
  if (!state) return false;
  const roles: ServerRole[] = product === 'kafka' ? ['broker', 'controller'] : ['zookeeper'];
  const ofVersion = product === 'kafka' ? state.kafkaVersion : state.zookeeperVersion;
  const isZookeeperOfKafka = product === 'kafka' && state.zookeeperVersion === null;
  return (
    ofVersion === version &&
    state.servers.some(
      ({ role, process }) => (isZookeeperOfKafka || roles.includes(role)) && isAlive(process),
    )
  );
}

function sizeOf(folder: string): number {
  const libs = join(folder, 'libs');
  if (!existsSync(libs)) return 0;
  return readdirSync(libs).reduce((sum, jar) => sum + statSync(join(libs, jar)).size, 0);
}
