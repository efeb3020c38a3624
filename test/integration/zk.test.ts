import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Deadline } from '../../src/base/deadline.js';
import { ZookeeperSession } from '../../src/cluster/zookeeper/session.js';
import { fourLetters, freePort, startZookeeper, type TestZookeeper } from '../support/zookeeper.js';

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const schemas = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv2020({ allowUnionTypes: true });
for (const file of readdirSync(schemas))
  ajv.addSchema(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')));

let open: TestZookeeper;
let guarded: TestZookeeper;
before(async () => {
  [open, guarded] = await Promise.all([startZookeeper({ '4lw.commands.whitelist': '*' }), startZookeeper()]);
});
after(() => Promise.all([open?.stop(), guarded?.stop()]));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function zk(words: string[], connectString = open.connectString): Promise<Outcome> {
  const options = { env: { ...process.env, KCTL_ZOOKEEPER: connectString }, timeout: 30_000 };
  return new Promise((resolve) => {
    const child = execFile(program, ['zk', ...words], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}

const asking = [
  'stat',
  'srvr',
  'ruok',
  'mntr',
  'conf',
  'cons',
  'dump',
  'envi',
  'isro',
  'wchs',
  'wchc',
  'wchp',
];
const changing = [['crst'], ['srst'], ['stmk', '306']];

for (const word of [...asking, 'dirs', 'hash', 'gtmk']) {
  test(`zk ${word} answers in every form, in JSON as its schema says`, async () => {
    const json = await zk([word, '-o', 'json']);
    assert.deepEqual([json.code, json.stderr], [0, '']);
    const document = JSON.parse(json.stdout);
    assert.ok(ajv.validate(`${document.kind}.json`, document), ajv.errorsText());
    assert.equal(document.server, open.connectString);
    assert.equal((await zk([word])).code, 0);
    assert.equal((await zk([word, '-o', 'name'])).stdout, `${open.connectString}\n`);
  });
}

test('zk stat says what the server says', async () => {
  const session = await ZookeeperSession.open(
    { servers: [{ host: '127.0.0.1', port: open.port }], chroot: '' },
    new Deadline(10_000),
  );
  try {
    const said = await fourLetters(open.port, 'stat');
    const stat = JSON.parse((await zk(['stat', '--json'])).stdout);
    assert.match(said, new RegExp(`^Zookeeper version: ${stat.zookeeperVersion}-`));
    assert.match(said, new RegExp(`^Mode: ${stat.mode}$`, 'm'));
    assert.match(said, new RegExp(`^Zxid: ${stat.zxid}$`, 'm'));
    assert.match(said, new RegExp(`^Node count: ${stat.znodeCount}$`, 'm'));
    assert.equal(stat.connections.length, 2);
    const { connections } = JSON.parse((await zk(['cons', '--json'])).stdout);
    assert.equal(connections.filter((one: { sessionId?: string }) => one.sessionId).length, 1);
  } finally {
    await session.close();
  }
});

test('--raw prints the bytes that the server sends', async () => {
  assert.equal((await zk(['conf', '--raw'])).stdout, await fourLetters(open.port, 'conf'));
  assert.equal((await zk(['ruok', '--raw'])).stdout, 'imok');
});

test('a word outside the whitelist is known by another way, and the line to add is told', async () => {
  const closed = String(await freePort());
  for (const [word, field] of [
    ['stat', 'mode'],
    ['mntr', 'metrics'],
    ['ruok', 'ok'],
    ['isro', 'readOnly'],
  ] as const) {
    const { code, stderr, stdout } = await zk([word, '-o', 'json'], guarded.connectString);
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout);
    assert.ok(ajv.validate(`${document.kind}.json`, document), ajv.errorsText());
    assert.equal(document.via, 'srvr');
    assert.ok(field in document, stdout);
    assert.match(stderr, new RegExp(`does not allow ${word}: this is known by srvr.*=srvr,${word} `));
  }
  const refused = await zk(['cons', '--admin-port', closed], guarded.connectString);
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /cons is not executed because it is not in the whitelist/);
  assert.match(refused.stderr, /4lw\.commands\.whitelist=srvr,cons/);
  assert.equal((await zk(['stat', '--raw'], guarded.connectString)).code, 1, 'raw is what the server says');
  const allowed = await zk(['srvr', '-o', 'json'], guarded.connectString);
  const { mode, via } = JSON.parse(allowed.stdout);
  assert.deepEqual([allowed.code, mode, via], [0, 'standalone', undefined]);
});

test('a server without its quorum is explained', async (t) => {
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const alone = await startZookeeper({
    '4lw.commands.whitelist': '*',
    initLimit: '5',
    syncLimit: '5',
    'server.1': `127.0.0.1:${ports[0]}:${ports[1]}`,
    'server.2': `127.0.0.1:${ports[2]}:${ports[3]}`,
  });
  t.after(() => alone.stop());
  for (const word of ['srvr', 'mntr', 'isro']) {
    const { code, stderr } = await zk([word], alone.connectString);
    assert.equal(code, 1);
    assert.match(stderr, /is not serving requests/);
  }
  assert.equal((await zk(['ruok'], alone.connectString)).code, 0);
});

test('each of several servers answers for itself', async () => {
  const nothing = `127.0.0.1:${await freePort()}`;
  const both = `${open.connectString},${guarded.connectString}`;
  const srvr = await zk(['srvr', '-o', 'json'], both);
  const list = JSON.parse(srvr.stdout);
  assert.equal(srvr.code, 0);
  assert.ok(ajv.validate('ZkSrvrList.json', list), ajv.errorsText());
  assert.equal(list.items.map((item: { server: string }) => item.server).join(','), both);
  const closed = ['--admin-port', String(await freePort())];
  const partial = await zk(['cons', '-o', 'json', ...closed], `${both},${nothing}`);
  const { errors, items } = JSON.parse(partial.stdout);
  assert.equal(partial.code, 1);
  assert.equal(items.length, 1);
  assert.deepEqual(
    errors.map(({ code, subject }: { code: string; subject: string }) => [subject, code]),
    [
      [guarded.connectString, 'NOT_IN_WHITELIST'],
      [nothing, 'ECONNREFUSED'],
    ],
  );
  assert.equal((await zk(['ruok'], `${nothing},127.0.0.1:1`)).code, 3);
  assert.equal((await zk(['ruok', '--raw'], both)).code, 2);
});

for (const words of changing) {
  test(`zk ${words.join(' ')} does nothing without --yes where nobody can be asked`, async () => {
    const traceMask = await fourLetters(open.port, 'gtmk');
    const refused = await zk(words[0] === 'stmk' ? ['stmk', '0'] : words);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--yes/);
    assert.equal(await fourLetters(open.port, 'gtmk'), traceMask);
    const done = await zk([...words, '--yes', '-o', 'json']);
    assert.equal(done.code, 0);
    const document = JSON.parse(done.stdout);
    assert.ok(ajv.validate(`${document.kind}.json`, document), ajv.errorsText());
  });
}

test('zk stmk sets the mask that zk gtmk shows', async () => {
  const before = (await fourLetters(open.port, 'gtmk')).trim();
  assert.equal((await zk(['stmk', '0x7ffffffffffffffe', '--yes'])).code, 0);
  assert.equal(await fourLetters(open.port, 'gtmk'), '9223372036854775806');
  const shown = await zk(['gtmk', '--json']);
  assert.match(shown.stdout, /"traceMask": 9223372036854775806,/);
  await zk(['stmk', before, '--yes']);
  assert.equal((await fourLetters(open.port, 'gtmk')).trim(), before);
});

test('a server that is not there is named with its cause, soon', async () => {
  const nothing = `127.0.0.1:${await freePort()}`;
  const started = performance.now();
  const refused = await zk(['stat'], nothing);
  assert.ok(performance.now() - started < 10_000);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, new RegExp(`${nothing}: .*ECONNREFUSED`));
  const asJson = await zk(['stat', '-o', 'json'], nothing);
  const error = JSON.parse(asJson.stderr);
  assert.deepEqual([asJson.stdout, error.code, error.exitCode], ['', 'ECONNREFUSED', 3]);
});

test('what is no address is a usage error', async () => {
  for (const connectString of ['127.0.0.1:99999', 'a b', 'zk1/kafka//']) {
    assert.equal((await zk(['srvr'], connectString)).code, 2, connectString);
  }
});
