/**
 * `npm test`: everything, from whatever state the checkout is in. `npm test -- unit` and `-- integration` run
 * a part, `npm run test:full` adds the long tests. Integration tests share one cluster a mode, started here.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kctl, prepare, root } from './prepare.mjs';

const kafkaVersions = ['3.9.2', '4.3.0'];
const part = process.argv[2] ?? 'all';
const stateFolder = mkdtempSync(join(tmpdir(), 'kctl-test-'));
// What a person has configured must not reach the tests.
const settings = /^(KCTL_(?!CACHE_DIR)|KAFKA_)/;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name))),
  KCTL_STATE_DIR: stateFolder,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
};
const totals = { pass: 0, fail: 0 };

await prepare(kafkaVersions);
let failed = false;
try {
  if (part === 'all' || part === 'full') failed = !check();
  if (part !== 'integration') failed = !(await runTests(['unit', 'commands'])) || failed;
  if (part !== 'unit') failed = !(await runIntegrationTests()) || failed;
} finally {
  rmSync(stateFolder, { recursive: true, force: true });
}
console.log(`${totals.pass} passed, ${totals.fail} failed`);
process.exit(failed || totals.pass === 0 ? 1 : 0);

/** Formatting, lint, layers and types. */
function check() {
  const steps = [
    ['biome', 'check', '.'],
    ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'src'],
    ['tsc', '--noEmit'],
  ];
  return steps.every(([program, ...args]) => {
    const { status } = spawnSync(join(root, 'node_modules', '.bin', program), args, {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) console.log(`${program} found faults`);
    return status === 0;
  });
}

async function runIntegrationTests() {
  const clusters = {
    KCTL_TEST_ZOOKEEPER_CLUSTER: startCluster('shared-zookeeper', ['--brokers', '3']),
    KCTL_TEST_KRAFT_CLUSTER: startCluster('shared-kraft', ['--kafka', kafkaVersions[1]]),
  };
  try {
    return await runTests(part === 'full' ? ['integration', 'full'] : ['integration'], clusters);
  } finally {
    for (const name of ['shared-zookeeper', 'shared-kraft']) {
      spawnSync(process.execPath, [kctl, 'local', 'stop', '--name', name], { env, stdio: 'ignore' });
    }
  }
}

/** @returns {string} what `kctl local start -o json` says of it */
function startCluster(name, options) {
  const words = ['local', 'start', '--name', name, '--ephemeral', '-o', 'json'];
  const { status, stdout } = spawnSync(process.execPath, [kctl, ...words, ...options], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the shared cluster ${name} did not start`);
  return stdout;
}

/** Runs all tests of some folders, two files at a time, and adds to the totals. */
function runTests(folders, more = {}) {
  const files = folders.flatMap(testFiles);
  const options = [
    '--import',
    'tsx',
    '--test',
    '--test-concurrency=2',
    '--test-reporter=spec',
    '--test-timeout=300000',
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...options, ...files], {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      text = (text + chunk).slice(-65_536);
    });
    child.on('close', (code) => {
      totals.pass += Number(text.match(/^ℹ pass (\d+)$/m)?.[1] ?? 0);
      totals.fail += Number(text.match(/^ℹ fail (\d+)$/m)?.[1] ?? 0);
      resolve(code === 0);
    });
  });
}

function testFiles(folder) {
  try {
    return readdirSync(join(root, 'test', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}
