import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Deadline } from '../../base/deadline.js';
import { KctlError, usageError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { type Definition, type EngineProduct, parseChecksums, readDefinition } from './engine-definition.js';
import { findMaven } from './java.js';
import { withLock } from './lock.js';
import { cacheFolder } from './paths.js';
import type { LocalMode } from './state.js';
import { compareVersions } from './versions.js';

/** The jars to run servers from. */
export interface Engine {
  product: EngineProduct;
  version: string;
  mode: LocalMode;
  /** Absolute paths, in the order of the classpath. */
  jars: string[];
  /** Where what was prepared for a faster start is kept; null with a Kafka of the user's own. */
  preparedFolder: string | null;
  /** The unpacked distribution they are of; null for kctl's own. */
  kafkaHome: string | null;
  /** The jars are held to a list of checksums that came with kctl, not to what the first fetch brought. */
  pinned: boolean;
}

export interface EngineOptions {
  /** Told what is being done, a line each. */
  progress?: (text: string) => void;
  signal?: AbortSignal | undefined;
}

/** The version that is started when none is asked for: the last one with ZooKeeper. */
export const defaultKafkaVersion = '3.9.2';

const unfinishedMark = '.unfinished-';

/** Where the engines are kept. */
export function enginesFolder(): string {
  return join(cacheFolder(), 'engine');
}

/** Longer than any download should take; another kctl that assembles the same engine is waited for. */
const assemblyTimeoutMs = 15 * 60_000;

/**
 * The engine of a Kafka version, assembled first if it is not in the cache.
 * @param options whose mode is the version's own when absent
 * @throws a usage error for a version that kctl cannot run so; KctlError `MAVEN_MISSING`, `ENGINE_FETCH` when
 * Maven fails, `ENGINE_CHECKSUM` naming the jar
 */
export async function installKafka(
  version: string,
  options: EngineOptions & { mode?: LocalMode | undefined } = {},
): Promise<Engine> {
  return install('kafka', version, chooseMode(version, options.mode), options);
}

/** The engine of a ZooKeeper other than the one that Kafka brings. @throws as `installKafka` does */
export async function installZookeeper(version: string, options: EngineOptions = {}): Promise<Engine> {
  return install('zookeeper', version, 'zookeeper', options);
}

async function install(
  product: EngineProduct,
  version: string,
  mode: LocalMode,
  options: EngineOptions,
): Promise<Engine> {
  const definition = readDefinition(product, version);
  const folder = join(enginesFolder(), definition.folderName);
  const sums = definition.sums ?? recordedSums(folder);
  if (!sums || !isComplete(folder, sums)) await assemble(definition, folder, options);
  const names = (sums ?? recordedSums(folder) ?? new Map<string, string>()).keys();
  const prepared = product === 'kafka' && mode !== ownMode(version) ? `prepared-${mode}` : 'prepared';
  return {
    product,
    version,
    mode,
    jars: [...names].map((jar) => join(folder, 'libs', jar)),
    preparedFolder: join(folder, prepared),
    kafkaHome: null,
    pinned: definition.sums !== null,
  };
}

/**
 * An unpacked distribution of Apache Kafka, as it is.
 * @throws a usage error when there is none in the folder
 */
export function unpackedEngine(kafkaHome: string, mode?: LocalMode): Engine {
  const libs = join(resolve(kafkaHome), 'libs');
  const names = existsSync(libs) ? readdirSync(libs).filter((name) => name.endsWith('.jar')) : [];
  const version = names.map((name) => /^kafka_2\.\d+-(\d[\w.-]*?)\.jar$/.exec(name)?.[1]).find(Boolean);
  if (version === undefined) {
    throw usageError(
      `${kafkaHome} is no unpacked Apache Kafka: there is no libs/kafka_2.13-….jar`,
      'Give the folder that holds bin, config and libs by --kafka-home or KAFKA_HOME.',
    );
  }
  const jars = names.sort().map((name) => join(libs, name));
  return {
    product: 'kafka',
    version,
    mode: chooseMode(version, mode),
    jars,
    preparedFolder: null,
    kafkaHome: resolve(kafkaHome),
    pinned: false,
  };
}

/** An archive of prepared classes made by one Java, if there is one. */
export function archiveOf({ preparedFolder }: Engine, javaId: string, name: string): string | undefined {
  const archive = preparedFolder && join(preparedFolder, javaId, name);
  return archive && existsSync(archive) ? archive : undefined;
}

function ownMode(kafkaVersion: string): LocalMode {
  return compareVersions(kafkaVersion, '4.0') >= 0 ? 'kraft' : 'zookeeper';
}

/** KRaft can be used from 3.3 on (KIP-833); 4.0 has no ZooKeeper any more. */
function chooseMode(version: string, mode: LocalMode = ownMode(version)): LocalMode {
  if (mode === 'zookeeper' && compareVersions(version, '4.0') >= 0)
    throw usageError(`Kafka ${version} has no ZooKeeper mode`, 'Kafka 3.9 is the last one that has.');
  if (mode === 'kraft' && compareVersions(version, '3.3') < 0)
    throw usageError(`Kafka ${version} cannot be run in KRaft mode`, 'Kafka 3.3 is the first one that can.');
  return mode;
}

/** The folder appears whole, by a rename; only a jar removed since can be missing. */
function isComplete(folder: string, sums: Map<string, string>): boolean {
  return [...sums.keys()].every((jar) => existsSync(join(folder, 'libs', jar)));
}

async function assemble(definition: Definition, folder: string, options: EngineOptions): Promise<void> {
  const maven = findMaven();
  const { progress, signal } = options;
  const { title, sums } = definition;
  const onWait = ({ pid }: { pid: number }) =>
    progress?.(`Waiting for another kctl (pid ${pid}) that assembles ${title}`);
  await withLock(
    `${folder}.lock`,
    { deadline: new Deadline(assemblyTimeoutMs), onWait, signal },
    async () => {
      const recorded = sums ?? recordedSums(folder);
      if (recorded && isComplete(folder, recorded)) return;
      progress?.(`Fetching ${title} with Maven${sums ? ` (${sums.size} jars)` : ''}`);
      removeUnfinished(folder);
      // A name of its own: the Maven of a kctl that was killed may still be writing to the last one.
      const unfinished = `${folder}${unfinishedMark}${process.pid}`;
      try {
        makeFolder(unfinished);
        const pom = join(unfinished, 'pom.xml');
        writeFileSync(pom, definition.pom);
        await copyJars(maven, title, pom, join(unfinished, 'libs'), signal);
        if (recorded) await verifyJars(join(unfinished, 'libs'), recorded);
        else await recordJars(join(unfinished, 'libs'), folder, title, progress);
        rmSync(folder, { recursive: true, force: true });
        renameSync(unfinished, folder);
      } finally {
        rmSync(unfinished, { recursive: true, force: true });
      }
    },
  );
}

/** Beside the folder, so that what is fetched again after its removal is held to what was fetched first. */
function recordFile(folder: string): string {
  return `${folder}.sha256`;
}

/** What the first fetch of an engine without a list brought. */
export function recordedSums(folder: string): Map<string, string> | undefined {
  const file = recordFile(folder);
  return existsSync(file) ? parseChecksums(readFileSync(file, 'utf8')) : undefined;
}

/** Trust on first use: Maven has checked the jars against its repository's checksums, and nobody else has. */
async function recordJars(
  libs: string,
  folder: string,
  title: string,
  progress: EngineOptions['progress'],
): Promise<void> {
  const lines = await Promise.all(
    readdirSync(libs)
      .sort()
      .map(async (jar) => `${await sha256Of(join(libs, jar))}  ${jar}\n`),
  );
  const temporary = `${recordFile(folder)}.${process.pid}`;
  writeFileSync(temporary, lines.join(''));
  renameSync(temporary, recordFile(folder));
  progress?.(
    `kctl was not tested with ${title} and has no checksums of it: those of the ${lines.length} jars fetched now are recorded, and hold from now on`,
  );
}

/** Nobody else works here while we hold the lock: what is there was left by one that was killed. */
function removeUnfinished(folder: string): void {
  const parent = dirname(folder);
  const left = readdirSync(parent).filter((name) => name.startsWith(basename(folder) + unfinishedMark));
  for (const name of left) rmSync(join(parent, name), { recursive: true, force: true });
}

async function copyJars(
  maven: string,
  title: string,
  pom: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const words = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${to}`];
  try {
    await promisify(execFile)(maven, words, {
      timeout: assemblyTimeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    // Colours are reset in front of it even where nothing is coloured.
    const said = /\[ERROR\] (\S.*?)(?: -> \[Help \d+\])?$/m.exec(`${stdout}\n${stderr}`)?.[1];
    throw new KctlError(`Maven could not fetch ${title}`, {
      code: 'ENGINE_FETCH',
      ...(said ? { words: said } : {}),
      hint: 'A mirror or a proxy is set in ~/.m2/settings.xml, which is obeyed.',
      cause: error,
    });
  }
}

/**
 * Compares a folder of jars with the list.
 * @throws KctlError `ENGINE_CHECKSUM` naming a jar that is missing, not listed, or differs
 */
export async function verifyJars(folder: string, sums: Map<string, string>): Promise<void> {
  const names = readdirSync(folder);
  const wrong = (jar: string, what: string) =>
    new KctlError(`${jar} ${what}: this is not what kctl knows by its checksum`, {
      code: 'ENGINE_CHECKSUM',
      hint: 'Nothing was installed. A damaged jar is fetched anew when it is removed from ~/.m2/repository.',
    });
  for (const name of names) if (!sums.has(name)) throw wrong(name, 'is not in the list of checksums');
  for (const [jar, sum] of sums) {
    if (!names.includes(jar)) throw wrong(jar, 'is missing');
    if ((await sha256Of(join(folder, jar))) !== sum) throw wrong(jar, 'has another checksum than the list');
  }
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
