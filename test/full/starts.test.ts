import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findByCommandLine, identify } from '../../src/cluster/local/identity.js';
import { isPortFree } from '../../src/cluster/local/ports.js';
import { parseCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';

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
