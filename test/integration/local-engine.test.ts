import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { findJava } from '../../src/cluster/local/java.js';
import type { LocalEngine } from '../../src/local/types.js';
import { eventually, runKctl, startKctl } from '../support/kctl.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-engine-'));
const engines = join(folder, 'cache', 'engine');
const env = { KCTL_CACHE_DIR: join(folder, 'cache'), KCTL_STATE_DIR: join(folder, 'state') };
const options = { env, timeoutMs: 300_000 };
const install = ['local', 'engine', 'install', '-o', 'json'];
const schema = new URL('../../schemas/LocalEngine.json', import.meta.url);
const isLocalEngine = new Ajv2020().compile(JSON.parse(readFileSync(schema, 'utf8')));
after(() => rmSync(folder, { recursive: true, force: true }));

const engineFolders = () => readdirSync(engines).filter((name) => /^kafka-3\.9\.2-\w{12}$/.test(name));

test('an engine is put in place whole: after a kill, and by two at once', async () => {
  const killed = startKctl(install, options);
  await eventually('the jars are being fetched', () => killed.stderr().includes('Fetching'));
  killed.process.kill('SIGKILL');
  await killed.finished;
  assert.deepEqual(engineFolders(), []);

  const runs = await Promise.all([runKctl(install, options), runKctl(install, options)]);
  for (const { code, stdout, stderr } of runs) {
    assert.equal(code, 0, stderr);
    const engine = JSON.parse(stdout) as LocalEngine;
    assert.ok(isLocalEngine(engine), JSON.stringify(isLocalEngine.errors));
    assert.equal(readdirSync(engine.libs).length, engine.jars);
  }
  const said = runs.map(({ stderr }) => stderr).join('');
  assert.equal(said.match(/Fetching/g)?.length, 1, 'Maven ran once');
  assert.equal(said.match(/Preparing/g)?.length, 1, 'so did the preparation');
  assert.equal(engineFolders().length, 1);
  // The Maven of the killed one may have gone on for a while.
  const others = readdirSync(engines).filter((name) => !name.includes('.unfinished-'));
  assert.deepEqual(others, engineFolders(), 'no lock is left');
  assert.deepEqual(readdirSync(join(env.KCTL_STATE_DIR, 'clusters')), []);
});

test('an engine that is there needs neither Maven nor a network', async () => {
  const tools = {
    ...env,
    PATH: join(folder, 'no-programs'),
    JAVA_HOME: join(realpathSync((await findJava()).path), '..', '..'),
  };
  const run = await runKctl(install, { env: tools });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, '');
});

test('without Java nothing is begun', async () => {
  const run = await runKctl(['local', 'start', '--name', 'never'], {
    env: { ...env, PATH: join(folder, 'no-programs'), JAVA_HOME: '' },
  });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /^error: Java 17 or newer is needed to run Kafka, and was not found\n/);
  assert.deepEqual(readdirSync(join(env.KCTL_STATE_DIR, 'clusters')), []);
});
