/**
 * Brings a checkout, fresh or used, to where kctl runs: dependencies, build, engine. Each step looks first
 * whether it has been done, so that a second time takes no network and next to no time.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const kctl = join(root, 'bin', 'run.js');

/** @param {string[]} kafkaVersions the engines that are wanted */
export async function prepare(kafkaVersions) {
  checkTools(kafkaVersions);
  installDependencies();
  const { buildAll } = await import('./build.mjs');
  if (await buildAll()) console.error('Built kctl.');
  for (const version of kafkaVersions)
    must(process.execPath, [kctl, 'local', 'engine', 'install', '--kafka', version]);
}

/** Says at once what is missing, before anything is begun. */
function checkTools(kafkaVersions) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node 20.19 or newer is needed; this is ${process.version}`);
  if (!process.env.JAVA_HOME && !onPath('java')) {
    fail(
      'Java 17 or newer is needed to run Kafka, and was not found: install a JDK (Debian: apt install openjdk-17-jdk-headless), or set JAVA_HOME',
    );
  }
  if (!onPath('mvn') && !kafkaVersions.every(isCached)) {
    fail('Maven is needed to fetch Kafka, and was not found: install it (Debian: apt install maven)');
  }
}

function onPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder && existsSync(join(folder, program)));
}

function isCached(kafkaVersion) {
  const platform = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
  const cache =
    process.env.KCTL_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), platform), 'kctl');
  const engines = join(cache, 'engine');
  return (
    existsSync(engines) && readdirSync(engines).some((name) => name.startsWith(`kafka-${kafkaVersion}-`))
  );
}

function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const mark = join(root, 'node_modules', '.kctl-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  console.error('Installing dependencies …');
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(mark, lock);
}

/** Runs a program; when it fails, ends with its exit code. Its output goes to stderr: stdout is for results. */
function must(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`${program} could not be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

export function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}
