import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findByCommandLine } from '../../src/cluster/local/identity.js';
import { eventually, kctl, type RunningKctl, runKctl, startKctl } from '../support/kctl.js';

const stateDir = mkdtempSync(join(tmpdir(), 'kctl-exec-'));
const clusters = join(stateDir, 'clusters');
const env = { KCTL_STATE_DIR: stateDir, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
after(() => {
  // Without its state nothing would ever end what a failed test has left.
  for (const { pid } of servers()) process.kill(pid, 'SIGKILL');
  rmSync(stateDir, { recursive: true, force: true });
});

const self = `"${process.execPath}" "${kctl}"`;
const exec = (words: string[], script: string) =>
  startKctl(['local', 'exec', ...words, '--', 'sh', '-c', script], { env, timeoutMs: 120_000 });

function clusterNames(): string[] {
  return existsSync(clusters) ? readdirSync(clusters) : [];
}

/** The servers of this file's clusters. */
const servers = () => findByCommandLine(`@${stateDir}`);

async function nothingIsLeft(withinMs = 5000): Promise<void> {
  await eventually(
    'the servers and folders are gone',
    () => servers().length + clusterNames().length === 0,
    withinMs,
  );
}

test('the command finds its cluster, reads what is piped, and its exit code is passed through', async () => {
  const run = exec(
    [],
    `${self} topics create beer -o name && cat | ${self} produce beer && ${self} consume beer --from-beginning --max-messages 1 && ${self} zk ruok -o name; echo $KAFKA_BOOTSTRAP_SERVERS $ZOOKEEPER_CONNECT; exit 7`,
  );
  run.process.stdin.end('stout\n');
  const { code, stdout, stderr } = await run.finished;
  assert.equal(code, 7, stderr);
  assert.match(stdout, /^beer\nstout\n[\s\S]*127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+\n$/);
  await nothingIsLeft();
});

test('a signal that ends the command is 128 and its number; words behind -- are not kctl’s', async () => {
  const run = exec(['--kafka', '4.3.0'], 'test -z "$KCTL_ZOOKEEPER$ZOOKEEPER_CONNECT" && kill -KILL $$');
  assert.equal((await run.finished).code, 137);
  const missing = await runKctl(
    ['local', 'exec', '--kafka', '4.3.0', '--', 'no-such-program', '--debug', '-o', 'json'],
    { env },
  );
  assert.deepEqual([missing.code, missing.stdout], [4, '']);
  assert.match(missing.stderr, /error: there is no program "no-such-program"[^{]*$/);
  await nothingIsLeft();
});

test('what fails is kept when asked for, and its logs are named', async () => {
  const { code, stderr } = await exec(['--kafka', '4.3.0', '--keep-on-failure'], 'exit 3').finished;
  assert.equal(code, 3);
  const [log = ''] = /(?<=Its log: ).+/.exec(stderr) ?? [];
  assert.match(readFileSync(log, 'utf8'), /started/);
  const [name = ''] = clusterNames();
  assert.match(stderr, new RegExp(`local stop --name ${name}`));
  assert.equal((await runKctl(['topics', 'list'], { env })).code, 2, 'no command finds it by itself');
  assert.equal((await runKctl(['local', 'stop', '--name', name], { env })).code, 0);
  await nothingIsLeft();

  const bad = ['--config', 'log.segment.bytes=3'];
  const failed = await exec([...bad, '--keep-on-failure'], 'true').finished;
  assert.equal(failed.code, 1);
  assert.ok(existsSync(logNamedBy(failed.stderr)), failed.stderr);
  const [left = ''] = clusterNames();
  assert.equal((await runKctl(['local', 'reset', '--name', left, '--yes'], { env })).code, 0);
  const gone = await exec(bad, 'true').finished;
  assert.equal(gone.code, 1);
  assert.deepEqual(servers(), []);
  assert.match(readFileSync(logNamedBy(gone.stderr), 'utf8'), /ConfigException/);
  assert.equal((await runKctl(['local', 'start', '--heap', 'big'], { env })).code, 2);
  assert.deepEqual(clusterNames(), [], 'its log is left until another is started');
});

/** The file that an error names. */
function logNamedBy(stderr: string): string {
  return /(?<=Its log is ).+?(?=(:\d+)?$)/m.exec(stderr)?.[0] ?? '';
}

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`after ${signal} the command has ended and nothing is left`, async () => {
    const run = exec(['--kafka', '4.3.0'], 'echo up; exec sleep 60');
    await run.waitFor((stdout) => stdout === 'up\n', 'the command');
    run.process.kill(signal);
    assert.equal((await run.finished).code, expected);
    await nothingIsLeft();
  });
}

/** A stage of `local exec` and how to see that it has been reached. */
const stages: Array<[stage: string, reached: (run: RunningKctl) => boolean]> = [
  ['its folder is made', () => clusterNames().length > 0],
  ['ZooKeeper starts', () => servers().length >= 1],
  ['the broker starts', () => servers().length >= 2],
  ['the command runs', (run) => run.stdout() === 'up\n'],
];
for (const [stage, reached] of stages) {
  test(`killed when ${stage}, kctl leaves nothing for longer than 5 s`, async () => {
    const marker = `exec sleep 61.${process.pid}`;
    const run = exec([], `echo up; ${marker}`);
    await eventually(stage, () => reached(run));
    run.process.kill('SIGKILL');
    const killedAt = performance.now();
    await nothingIsLeft(5000);
    await eventually(
      'the command is gone',
      () => findByCommandLine(`sleep\x0061.${process.pid}`).length === 0,
    );
    assert.ok(performance.now() - killedAt < 5000);
  });
}

test('what is left when its watchdog is killed too, the next command removes', async () => {
  const run = exec(['--kafka', '4.3.0'], `echo up; exec sleep 62.${process.pid}`);
  await run.waitFor((stdout) => stdout === 'up\n', 'the command');
  const [name = ''] = clusterNames();
  for (const { pid } of findByCommandLine(`watchdog.cjs\0${name}`)) process.kill(pid, 'SIGKILL');
  run.process.kill('SIGKILL');
  await once(run.process, 'exit');
  assert.equal(servers().length, 1);
  assert.equal((await exec(['--kafka', '4.3.0'], 'true').finished).code, 0);
  await nothingIsLeft();
  for (const { pid } of findByCommandLine(`sleep\x0062.${process.pid}`)) process.kill(pid);
});
