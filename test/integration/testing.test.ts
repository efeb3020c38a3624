import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { findByCommandLine } from '../../src/cluster/local/identity.js';
import { eventually, root } from '../support/kctl.js';
import { projectWithKctl } from '../support/packed.js';

const project = projectWithKctl();
const state = join(project, 'state');
const env: NodeJS.ProcessEnv = { ...process.env, KCTL_STATE_DIR: state };
after(() => rmSync(project, { recursive: true, force: true }));

const run = (words: string[]) =>
  promisify(execFile)(process.execPath, words, { cwd: project, env, timeout: 120_000 });
const servers = () => findByCommandLine(`@${state}`);

test('the example of node:test passes with the packed package, and leaves nothing', async () => {
  const { NODE_TEST_CONTEXT: _, ...outside } = env;
  const options = { cwd: project, env: outside, timeout: 120_000 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', 'node.test.mjs'], options);
  assert.match(stdout, /pass 1$/m);
  assert.deepEqual(servers(), []);
});

test('one server fails while the others go on; what is wrong is said by the message', async () => {
  const script = join(project, 'faults.mjs');
  writeFileSync(
    script,
    `import assert from 'node:assert/strict';
    import { execFileSync } from 'node:child_process';
    import { startLocalCluster } from 'kctl/testing';
    await assert.rejects(startLocalCluster({ brokers: 10 }), { code: 'USAGE', message: /There can be 0 to 9/ });
    const cluster = await startLocalCluster({ kafkaVersion: '4.3.0', brokers: 2, users: { alice: 'secret' }, security: 'sasl_plaintext' });
    assert.equal(cluster.env.KAFKA_SASL_PASSWORD, 'secret');
    assert.equal(cluster.users[1].propertiesFile, cluster.clientProperties);
    const state = () => {
      const words = ['node_modules/kctl/bin/run.js', 'local', 'status', '--name', cluster.name, '-o', 'json'];
      return JSON.parse(execFileSync(process.execPath, words)).brokers[1].state;
    };
    const broker = cluster.broker(2);
    await broker.pause();
    assert.equal(state(), 'paused');
    await broker.resume();
    await broker.kill();
    assert.equal(state(), 'stopped');
    await broker.start();
    assert.equal(state(), 'running');
    await assert.rejects(cluster.broker(3).kill(), { code: 'NOT_FOUND' });
    await cluster[Symbol.asyncDispose]();
    await cluster.stop();
    process.stdout.write('held');`,
  );
  assert.equal((await run([script])).stdout, 'held');
  assert.deepEqual(servers(), []);
});

test('killed, the process takes its cluster with it', async () => {
  const script = `require('kctl/testing').startLocalCluster({ kafkaVersion: '4.3.0' }).then(() => setTimeout(() => {}, 1e6))`;
  const child = spawn(process.execPath, ['-e', script], { cwd: project, env, stdio: 'ignore' });
  await eventually('its broker runs', () => servers().length > 0, 60_000);
  child.kill('SIGKILL');
  await eventually('its broker is gone', () => servers().length === 0, 5000);
});

test('a program that uses it is typed, as ESM and as CommonJS', async () => {
  const use = `async function use() {
    await using cluster = await startLocalCluster({ brokers: 3, users: ['alice'], security: 'sasl_ssl' });
    const servers: string = cluster.bootstrapServers;
    await cluster.broker(3).kill();
    return servers;
  }
  // @ts-expect-error: it is a number
  void startLocalCluster({ brokers: '3' });
  void use;\n`;
  const folder = join(project, 'typed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.mts'), `import { startLocalCluster } from 'kctl/testing';\n${use}`);
  writeFileSync(
    join(folder, 'b.cts'),
    `import testing = require('kctl/testing');\nconst { startLocalCluster } = testing;\n${use}`,
  );
  const lib = ['--lib', 'es2023,esnext.disposable', '--types', 'node', '--target', 'es2022'];
  const words = ['--noEmit', '--strict', '--module', 'nodenext', ...lib, 'typed/a.mts', 'typed/b.cts'];
  await run([join(root, 'node_modules/typescript/bin/tsc'), ...words]).catch(({ stdout }) =>
    assert.fail(stdout),
  );
});
