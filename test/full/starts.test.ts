import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findByCommandLine, identify } from '../../src/cluster/local/identity.js';
import { isPortFree } from '../../src/cluster/local/ports.js';
import { parseCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';

/** KCTL_TEST_STARTS sets how many. */
const rounds = Number(process.env.KCTL_TEST_STARTS ?? 20);
const stateFolder = mkdtempSync(join(tmpdir(), 'kctl-starts-'));
const env = { KCTL_STATE_DIR: stateFolder };
const ports: number[] = [];
after(() => rmSync(stateFolder, { recursive: true, force: true }));

test(`${rounds} starts and stops, two at a time, all come up and leave nothing`, async () => {
  await Promise.all([startsAndStops(rounds / 2), startsAndStops(rounds / 2)]);
  const clusters = join(stateFolder, 'clusters');
  assert.deepEqual(existsSync(clusters) ? readdirSync(clusters) : [], []);
  assert.deepEqual(findByCommandLine(stateFolder), [], 'no process is left');
  const files = readdirSync(stateFolder, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    files.filter((entry) => entry.isFile()).map(({ name }) => name),
    [],
    'no file is left',
  );
  for (const port of ports) assert.ok(await isPortFree(port), `port ${port} is free again`);
});

async function startsAndStops(times: number): Promise<void> {
  for (let round = 0; round < times; round++) {
    const name = randomName('start');
    const started = await runKctl(['local', 'start', '--name', name, '--ephemeral', '-o', 'json'], { env });
    assert.equal(started.code, 0, started.stderr);
    const { brokers, zookeepers, env: toIt } = parseCluster(started.stdout);
    const topic = await runKctl(['topics', 'create', 'bier-bar', '-o', 'name'], { env: { ...env, ...toIt } });
    assert.deepEqual([topic.code, topic.stdout], [0, 'bier-bar\n'], topic.stderr);
    const stopped = await runKctl(['local', 'stop', '--name', name], { env });
    assert.equal(stopped.code, 0, stopped.stderr);
    for (const { pid, port } of [...brokers, ...zookeepers]) {
      ports.push(port);
      assert.ok(
        pid !== null && identify(pid) === undefined,
        `process ${pid} of round ${round} is still there`,
      );
    }
  }
}

const folderOf = (name: string) => join(stateFolder, 'clusters', name);
const hasFile = (name: string, ...path: string[]) => existsSync(join(folderOf(name), ...path));
/** Until a broker may go on, its configuration is a FIFO. */
const isFile = (name: string, ...path: string[]) =>
  statSync(join(folderOf(name), ...path), { throwIfNoEntry: false })?.isFile() ?? false;
const serversOf = (name: string) => findByCommandLine(`@${folderOf(name)}/`);

/** Whether the log of the first broker says so. */
function saysBroker(name: string, pattern: RegExp): boolean {
  const log = join(folderOf(name), 'logs', 'broker-1.log');
  return existsSync(log) && pattern.test(readFileSync(log, 'utf8'));
}

const secured = ['--security', 'sasl_ssl', '--user', 'alice'];
/** Stages of a start, in order, and how to see that each has been reached. */
const stages: Array<[stage: string, options: string[], reached: (name: string) => boolean]> = [
  ['its folder is made', [], (name) => hasFile(name)],
  ['its state is written', [], (name) => hasFile(name, 'state.json')],
  ['its certificates are made', secured, (name) => hasFile(name, 'security')],
  ['ZooKeeper starts', [], (name) => serversOf(name).length >= 1],
  ['the broker starts', [], (name) => serversOf(name).length >= 2],
  ['the broker is let go on', [], (name) => isFile(name, 'config', 'broker-1.properties')],
  ['the broker has begun its log', [], (name) => saysBroker(name, /./)],
  ['the broker serves', [], (name) => saysBroker(name, /started \(kafka\.server\.KafkaServer\)/)],
  ['users are being let in', secured, (name) => saysBroker(name, /started \(kafka\.server\.KafkaServer\)/)],
  ['KRaft storage is formatted', ['--kafka', '4.3.0'], (name) => hasFile(name, 'data', 'broker-1')],
  ['the KRaft node starts', ['--kafka', '4.3.0'], (name) => serversOf(name).length >= 1],
];
for (const [stage, options, reached] of stages) {
  for (const next of ['start', 'stop'] as const) {
    test(`killed when ${stage}, kctl leaves what the next ${next} ends`, async (t) => {
      const name = randomName('killed');
      t.after(() => runKctl(['local', 'reset', '--name', name, '--yes'], { env }));
      const start = ['local', 'start', '--name', name, '--ephemeral', ...options, '-o', 'json'];
      const killed = startKctl(start, { env });
      await eventually(stage, () => reached(name));
      killed.process.kill('SIGKILL');
      await killed.finished;
      if (next === 'start') {
        const { code, stdout, stderr } = await runKctl(start, { env, timeoutMs: 120_000 });
        assert.equal(code, 0, stderr);
        const { brokers, zookeepers } = parseCluster(stdout);
        const own = [...brokers, ...zookeepers].map(({ pid }) => pid).sort();
        assert.deepEqual(
          serversOf(name)
            .map(({ pid }) => pid)
            .sort(),
          own,
          'no server of the first start is left',
        );
      }
      const stopped = await runKctl(['local', 'stop', '--name', name], { env });
      assert.equal(stopped.code, 0, stopped.stderr);
      assert.deepEqual(findByCommandLine(folderOf(name)), []);
      const left = hasFile(name) ? readdirSync(folderOf(name)) : [];
      assert.ok(!left.includes('data'), `no data is left: ${left}`);
    });
  }
}
