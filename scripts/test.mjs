/**
 * `npm test`: everything, from whatever state the checkout is in. `npm test -- unit`, `-- integration` and
 * `-- matrix` run a part, `npm run test:full` adds the long tests and the matrix of versions. Integration tests
 * share one cluster a mode, started here. Words after the part choose files by a part of their names:
 * `npm test -- full planner reassign`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fail, kctl, prepare, root } from './prepare.mjs';

/** Which Kafka the shared clusters are of: with ZooKeeper, and in KRaft mode. */
const usual = { zookeeper: '3.9.2', kraft: '4.3.0' };
const matrix = [
  { zookeeper: '2.8.2', kraft: '4.0.1' },
  { zookeeper: '3.9.2', kraft: '3.9.2' },
];
const parts = ['all', 'unit', 'integration', 'matrix', 'full'];
const [part = 'all', ...chosen] = process.argv.slice(2);
if (!parts.includes(part)) fail(`there is no part "${part}" of the tests, but ${parts.join(', ')}`);
const runs = (...among) => among.includes(part);
/** Milliseconds that a file may take. */
const fileLimits = { integration: 480_000, full: 1_800_000 };
const stateFolder = mkdtempSync(join(tmpdir(), 'kctl-test-'));
// What a person has configured must not reach the tests.
const settings = /^(KCTL_(?!CACHE_DIR|TEST_)|KAFKA_)/;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name))),
  KCTL_STATE_DIR: stateFolder,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
};
const totals = { pass: 0, fail: 0 };

const versions = [...(part === 'matrix' ? [] : [usual]), ...(runs('matrix', 'full') ? matrix : [])];
await prepare([...new Set(versions.flatMap(({ zookeeper, kraft }) => [zookeeper, kraft]))]);
let failed = false;
try {
  if (runs('all', 'full') && chosen.length === 0) failed = !check();
  if (runs('all', 'full', 'unit'))
    failed = !(await runTests(['unit', 'commands'].flatMap(testFiles))) || failed;
  if (runs('all', 'full', 'integration'))
    failed = !(await runWithClusters(usual, testFiles('integration'))) || failed;
  if (part === 'full') failed = !(await runWithClusters(usual, testFiles('full'), fileLimits.full)) || failed;
  for (const pair of runs('matrix', 'full') ? matrix : []) {
    console.log(`Kafka ${pair.zookeeper} with ZooKeeper, ${pair.kraft} in KRaft mode`);
    failed = !(await runWithClusters(pair, matrixFiles())) || failed;
  }
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

/** Starts the two shared clusters, runs tests, and stops them. @returns {Promise<boolean>} whether all passed */
async function runWithClusters({ zookeeper, kraft }, files, fileLimitMs = fileLimits.integration) {
  if (files.length === 0) return true;
  const options = {
    KCTL_TEST_ZOOKEEPER_CLUSTER: ['shared-zookeeper', '--kafka', zookeeper, '--brokers', '3'],
    KCTL_TEST_KRAFT_CLUSTER: ['shared-kraft', '--kafka', kraft, '--mode', 'kraft'],
  };
  try {
    const started = Object.entries(options).map(([variable, [name, ...words]]) => [
      variable,
      startCluster(name, words),
    ]);
    return await runTests(files, Object.fromEntries(started), fileLimitMs);
  } finally {
    for (const [name] of Object.values(options))
      spawnSync(process.execPath, [kctl, 'local', 'stop', '--name', name], { env, stdio: 'ignore' });
  }
}

/** The integration tests of what depends on the broker; help's examples and local clusters do not. */
function matrixFiles() {
  return testFiles('integration').filter(
    (file) =>
      /\bshared(Kraft)?Clusters?\b/.test(readFileSync(file, 'utf8')) &&
      !['context.test.ts', 'contract.test.ts'].includes(basename(file)),
  );
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

/** Runs test files, two at a time, and adds to the totals. */
async function runTests(files, more = {}, fileLimitMs = fileLimits.integration) {
  if (files.length === 0) return true;
  const options = [
    '--import',
    'tsx',
    '--test',
    '--test-concurrency=2',
    '--test-reporter=spec',
    `--test-timeout=${fileLimitMs}`,
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
      .filter(({ name }) => chosen.length === 0 || chosen.some((word) => name.includes(word)))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}
