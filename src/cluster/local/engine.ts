import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Deadline } from '../../base/deadline.js';
import { KctlError, usageError } from '../../base/errors.js';
import { packageRoot } from '../../base/package-root.js';
import { findMaven } from './java.js';
import { withLock } from './lock.js';
import { cacheFolder } from './paths.js';
import type { LocalMode } from './state.js';

/** The jars to run Kafka from. */
export interface Engine {
  kafkaVersion: string;
  mode: LocalMode;
  /** Absolute paths, in the order of the classpath. */
  jars: string[];
  /** Where what was prepared for a faster start is kept; null with a Kafka of the user's own. */
  preparedFolder: string | null;
  /** The unpacked distribution they are of; null for kctl's own. */
  kafkaHome: string | null;
}

export interface EngineOptions {
  /** Told what is being done, a line each. */
  progress?: (text: string) => void;
  signal?: AbortSignal | undefined;
}

/** The version that is started when none is asked for: the last one with ZooKeeper. */
export const defaultKafkaVersion = '3.9.2';

const unfinishedMark = '.unfinished-';

/** Longer than any download should take; another kctl that assembles the same engine is waited for. */
const assemblyTimeoutMs = 15 * 60_000;

/** The versions of Kafka that an engine is pinned for, in order. */
export function engineVersions(): string[] {
  return readdirSync(join(packageRoot(), 'engine'))
    .map((folder) => /^kafka-(.+)$/.exec(folder)?.[1])
    .filter((version) => version !== undefined)
    .sort();
}

/**
 * The engine of a Kafka version, assembled first if it is not in the cache.
 * @throws KctlError `MAVEN_MISSING`, `ENGINE_FETCH` when Maven fails, `ENGINE_CHECKSUM` naming the jar
 */
export async function installEngine(kafkaVersion: string, options: EngineOptions = {}): Promise<Engine> {
  const definition = readDefinition(kafkaVersion);
  const folder = join(cacheFolder(), 'engine', definition.folderName);
  if (!isComplete(folder, definition)) await assemble(definition, folder, options);
  return {
    kafkaVersion,
    mode: modeOf(kafkaVersion),
    jars: [...definition.sums.keys()].map((jar) => join(folder, 'libs', jar)),
    preparedFolder: join(folder, 'prepared'),
    kafkaHome: null,
  };
}

/**
 * An unpacked distribution of Apache Kafka, as it is.
 * @throws a usage error when there is none in the folder
 */
export function unpackedEngine(kafkaHome: string): Engine {
  const libs = join(resolve(kafkaHome), 'libs');
  const names = existsSync(libs) ? readdirSync(libs).filter((name) => name.endsWith('.jar')) : [];
  const kafkaVersion = names.map((name) => /^kafka_2\.\d+-(\d[\w.-]*?)\.jar$/.exec(name)?.[1]).find(Boolean);
  if (kafkaVersion === undefined) {
    throw usageError(
      `${kafkaHome} is no unpacked Apache Kafka: there is no libs/kafka_2.13-….jar`,
      'Give the folder that holds bin, config and libs by --kafka-home or KAFKA_HOME.',
    );
  }
  const jars = names.sort().map((name) => join(libs, name));
  return {
    kafkaVersion,
    mode: modeOf(kafkaVersion),
    jars,
    preparedFolder: null,
    kafkaHome: resolve(kafkaHome),
  };
}

/** The archive of prepared classes for one kind of server on one Java, if there is one. */
export function archiveOf({ preparedFolder }: Engine, javaId: string, role: string): string | undefined {
  const archive = preparedFolder && join(preparedFolder, javaId, `${role}.jsa`);
  return archive && existsSync(archive) ? archive : undefined;
}

function modeOf(kafkaVersion: string): LocalMode {
  return Number.parseInt(kafkaVersion, 10) >= 4 ? 'kraft' : 'zookeeper';
}

interface Definition {
  kafkaVersion: string;
  pom: string;
  /** Jar name to SHA-256 in hex, in the order of the list. */
  sums: Map<string, string>;
  folderName: string;
}

function readDefinition(kafkaVersion: string): Definition {
  if (!engineVersions().includes(kafkaVersion)) {
    throw usageError(
      `there is no engine for Kafka ${kafkaVersion}`,
      `There is one for ${engineVersions().join(' and ')}; any other runs from an unpacked one: --kafka-home.`,
    );
  }
  const folder = join(packageRoot(), 'engine', `kafka-${kafkaVersion}`);
  const pom = join(folder, 'pom.xml');
  const list = readFileSync(join(folder, 'jars.sha256'), 'utf8');
  const hash = createHash('sha256').update(readFileSync(pom)).update(list).digest('hex').slice(0, 12);
  return { kafkaVersion, pom, sums: parseChecksums(list), folderName: `kafka-${kafkaVersion}-${hash}` };
}

/** Parses lines of `<sha256>  <jar>`, as sha256sum writes and checks them. */
export function parseChecksums(list: string): Map<string, string> {
  const rows = list.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const [, sum, jar] = /^([0-9a-f]{64}) [ *]([A-Za-z0-9._-]+\.jar)$/.exec(line) ?? [];
      if (!sum || !jar)
        throw new KctlError(`not a line of a checksum list: ${line}`, { code: 'ENGINE_CHECKSUM' });
      return [jar, sum];
    }),
  );
}

/** The folder appears whole, by a rename; only a jar removed since can be missing. */
function isComplete(folder: string, { sums }: Definition): boolean {
  return [...sums.keys()].every((jar) => existsSync(join(folder, 'libs', jar)));
}

async function assemble(definition: Definition, folder: string, options: EngineOptions): Promise<void> {
  const maven = findMaven();
  const { progress, signal } = options;
  const onWait = ({ pid }: { pid: number }) =>
    progress?.(`Waiting for another kctl (pid ${pid}) that assembles Kafka ${definition.kafkaVersion}`);
  await withLock(
    `${folder}.lock`,
    { deadline: new Deadline(assemblyTimeoutMs), onWait, signal },
    async () => {
      if (isComplete(folder, definition)) return;
      progress?.(
        `Fetching Apache Kafka ${definition.kafkaVersion} with Maven (${definition.sums.size} jars)`,
      );
      removeUnfinished(folder);
      // A name of its own: the Maven of a kctl that was killed may still be writing to the last one.
      const unfinished = `${folder}${unfinishedMark}${process.pid}`;
      try {
        mkdirSync(unfinished, { recursive: true, mode: 0o700 });
        await copyJars(maven, definition, join(unfinished, 'libs'), signal);
        await verifyJars(join(unfinished, 'libs'), definition.sums);
        rmSync(folder, { recursive: true, force: true });
        renameSync(unfinished, folder);
      } finally {
        rmSync(unfinished, { recursive: true, force: true });
      }
    },
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
  { pom }: Definition,
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
    const said = `${stdout}\n${stderr}`.split('\n').find((line) => line.startsWith('[ERROR]'));
    throw new KctlError('Maven could not fetch Kafka', {
      code: 'ENGINE_FETCH',
      ...(said ? { words: said.slice('[ERROR]'.length).trim() } : {}),
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
    new KctlError(`${jar} ${what}: this is not the Kafka that kctl was built for`, {
      code: 'ENGINE_CHECKSUM',
      hint: 'Nothing was installed. A damaged jar is fetched anew when it is removed from ~/.m2/repository.',
    });
  for (const name of names) if (!sums.has(name)) throw wrong(name, 'is not in the list of checksums');
  for (const [jar, sum] of sums) {
    if (!names.includes(jar)) throw wrong(jar, 'is missing');
    const hash = createHash('sha256').update(await readFile(join(folder, jar)));
    if (hash.digest('hex') !== sum) throw wrong(jar, 'has another checksum than the list');
  }
}
