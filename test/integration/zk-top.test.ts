import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sharedCluster, type TestCluster } from '../support/cluster.js';
import { eventually, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';
import { noTerminal, startInTerminal, type Terminal } from '../support/terminal.js';
import { freePort } from '../support/zookeeper.js';

let cluster: TestCluster;
before(async () => {
  cluster = await sharedCluster();
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: what drives a terminal
const controls = /\x1b\[[0-9;?]*[a-zA-Z]/g;

const top = (...words: string[]) => ['zk', 'top', '--interval', '300ms', ...words];

/** The terminal has its own screen back, its cursor, and its mode. */
async function assertLeft(terminal: Terminal, code: number): Promise<void> {
  const { sameMode, ...end } = await terminal.ended;
  assert.deepEqual([end.code, sameMode], [code, true], terminal.output());
  const [entered, left] = ['\x1b[?1049h', '\x1b[?1049l'].map((words) => terminal.output().lastIndexOf(words));
  assert.ok(entered !== undefined && left !== undefined && left > entered);
  assert.ok(terminal.output().lastIndexOf('\x1b[?25h') > terminal.output().lastIndexOf('\x1b[?25l'));
}

test('without a terminal each table stands below the one before, and JSON is a line each', async () => {
  const plain = await runKctl(top('--count', '2'), { env: cluster.env });
  assert.equal(plain.code, 0, plain.stderr);
  assert.equal(plain.stdout.match(/^SERVER /gm)?.length, 2);
  assert.ok(!plain.stdout.includes('\x1b'));
  const json = await runKctl(top('--count', '2', '--watches', '-o', 'json'), { env: cluster.env });
  const documents = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => assertDocument(line, 'ZookeeperTop'));
  assert.equal(documents.length, 2);
  for (const { clients, servers } of documents) {
    assert.deepEqual([servers.length, servers[0].state], [1, 'standalone']);
    assert.ok(servers[0].requestsPerSec >= 0);
    assert.ok(clients.length >= cluster.brokers.length, 'each broker has a session');
    // The controller watches what the brokers write.
    assert.ok(clients.some(({ watchCount }: { watchCount: number }) => watchCount > 0));
  }
  const sorted = await runKctl(top('--count', '1', '--sort', 'name', '--reverse', '-o', 'json'), {
    env: cluster.env,
  });
  const names = assertDocument(sorted.stdout, 'ZookeeperTop').clients.map(
    ({ client }: { client: string }) => client,
  );
  assert.deepEqual(names, names.toSorted().reverse());
});

test('requests are those of clients, by the second', async () => {
  const watched = startKctl(top('--count', '4', '-o', 'json'), { env: cluster.env });
  await watched.waitFor((text) => text !== '', 'the first line');
  const walks = startKctl(['zk', 'tree', '/', '-o', 'name'], { env: cluster.env });
  await walks.finished;
  const { code, stdout } = await watched.finished;
  assert.equal(code, 0);
  const rates = stdout
    .trimEnd()
    .split('\n')
    .map((line) => assertDocument(line, 'ZookeeperTop').servers[0].requestsPerSec);
  assert.ok(Math.max(...rates) > 20, `a walk is some hundred requests: ${rates}`);
});

test('on a terminal it is drawn in place, sorted and paused by keys, and left by q', {
  skip: noTerminal,
}, async () => {
  const terminal = startInTerminal(top(), cluster.env);
  await eventually('a table', () => /by requests.*standalone/s.test(terminal.screen()));
  assert.ok(terminal.screen().includes('[r]equests'));
  terminal.type('n');
  await eventually('sorted by name', () => /by name\b/.test(terminal.screen()));
  terminal.type('i');
  await eventually('inverted', () => /by name, inverted/.test(terminal.screen()));
  terminal.type(' ');
  await eventually('a pause', () => terminal.screen().includes('PAUSED'));
  const shown = terminal.screen();
  terminal.type('\x1b[A');
  terminal.type(' ');
  await eventually('news', () => !terminal.screen().includes('PAUSED') && terminal.screen() !== shown);
  for (const line of terminal.screen().replace(controls, '').split('\r\n'))
    assert.ok(line.length <= 110, line);
  terminal.type('q');
  await assertLeft(terminal, 0);
});

test('Ctrl-C and SIGTERM leave the terminal as it was', { skip: noTerminal }, async () => {
  const interrupted = startInTerminal(top(), cluster.env);
  const terminated = startInTerminal(top(), cluster.env, 60);
  for (const terminal of [interrupted, terminated])
    await eventually('a table', () => terminal.screen().includes('by requests'));
  interrupted.type('\x03');
  terminated.terminate();
  await assertLeft(interrupted, 130);
  await assertLeft(terminated, 143);
});

test('so does an error, which is told after it', { skip: noTerminal }, async () => {
  const nothing = `127.0.0.1:${await freePort()}`;
  const terminal = startInTerminal(top('-z', nothing), {});
  await assertLeft(terminal, 3);
  const told = terminal.output().slice(terminal.output().lastIndexOf('\x1b[?1049l'));
  assert.match(told, /no server of 127\.0\.0\.1:\d+ answers.*ECONNREFUSED/s);
});
