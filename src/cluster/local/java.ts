import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { KctlError } from '../../base/errors.js';

export interface Java {
  /** The launcher. */
  path: string;
  /** As the runtime writes it, such as `17.0.15`. */
  version: string;
  /** Names this very runtime: another one, or this one after an update, has another. */
  id: string;
}

const neededMajor = 17;

/**
 * The first Java of JAVA_HOME and PATH that Kafka runs on.
 * @throws KctlError `JAVA_MISSING` with the way to get one
 */
export async function findJava(): Promise<Java> {
  if (process.platform === 'win32') {
    throw new KctlError('local clusters run on Linux and macOS, not on Windows', {
      code: 'UNSUPPORTED',
      hint: 'Use the Windows Subsystem for Linux.',
    });
  }
  const seen: string[] = [];
  const home = process.env.JAVA_HOME;
  const candidates = [...(home ? [join(home, 'bin')] : []), ...pathFolders()].map((folder) =>
    join(folder, 'java'),
  );
  for (const path of candidates.filter(isExecutable)) {
    const version = await versionOf(path);
    if (version !== undefined && majorOf(version) >= neededMajor)
      return { path, version, id: idOf(path, version) };
    seen.push(`${path} is ${version === undefined ? 'none' : `version ${version}`}`);
  }
  throw new KctlError(`Java ${neededMajor} or newer is needed to run Kafka, and was not found`, {
    code: 'JAVA_MISSING',
    ...(seen.length > 0 ? { words: seen.join('; ') } : {}),
    hint: `Install a JDK (${installCommand('openjdk-17-jdk-headless', 'openjdk@17')}) or set JAVA_HOME.`,
  });
}

/** @throws KctlError `MAVEN_MISSING` with the way to get it */
export function findMaven(): string {
  const found = pathFolders()
    .map((folder) => join(folder, 'mvn'))
    .find(isExecutable);
  if (found) return found;
  throw new KctlError('Maven is needed to fetch Kafka, and was not found', {
    code: 'MAVEN_MISSING',
    hint: `Install it (${installCommand('maven', 'maven')}), or use an unpacked Kafka: --kafka-home or KAFKA_HOME.`,
  });
}

function installCommand(debianPackage: string, homebrewFormula: string): string {
  if (process.platform === 'darwin') return `brew install ${homebrewFormula}`;
  return `Debian and Ubuntu: apt-get install ${debianPackage}`;
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Every JDK since 9 says its version in a file, which saves the 100 ms of `java -version`. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const release = readFileSync(join(dirname(realpathSync(path)), '..', 'release'), 'utf8');
    const version = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
    if (version) return version;
  } catch {
    // A wrapper script of a version manager has no such file beside it.
  }
  try {
    const { stderr } = await promisify(execFile)(path, ['-version'], { timeout: 10_000 });
    return /version "([^"]+)"/.exec(stderr)?.[1];
  } catch {
    return undefined;
  }
}

/** Before 9 it was written 1.8.0_392. */
function majorOf(version: string): number {
  return Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
}

function idOf(path: string, version: string): string {
  const real = realpathSync(path);
  const hash = createHash('sha256')
    .update(`${real}\n${statSync(real).mtimeMs}`)
    .digest('hex');
  return `java-${majorOf(version)}-${hash.slice(0, 12)}`;
}
