import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { selfSigned } from '../support/certificates.js';
import { randomName, runKctl } from '../support/kctl.js';
import { assertDocument, assertErrors } from '../support/schemas.js';
import { freePort, startZookeeper } from '../support/zookeeper.js';

let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kctl-zk-secure-'));
  for (const name of ['server', 'ann']) {
    const { cert, key } = await selfSigned();
    write(`${name}.cert.pem`, cert);
    write(`${name}.pem`, `${key}\n${cert}\n`);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function zk(words: string[], lines: string[]) {
  const file = write(`${randomName('zookeeper')}.properties`, `${lines.join('\n')}\n`);
  return runKctl(['zk', ...words, '--zookeeper-config', file]);
}

async function startSecure(t: TestContext, clientAuth: 'none' | 'need') {
  const port = await freePort();
  const server = await startZookeeper({
    '4lw.commands.whitelist': '*',
    serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
    secureClientPort: String(port),
    secureClientPortAddress: '127.0.0.1',
    'ssl.keyStore.location': join(folder, 'server.pem'),
    'ssl.trustStore.location': join(folder, 'ann.cert.pem'),
    'ssl.clientAuth': clientAuth,
  });
  t.after(() => server.stop());
  return { port, lines: [`zookeeper.connect=127.0.0.1:${port}`, 'zookeeper.client.secure=true'] };
}

const trust = (name: string) => `zookeeper.ssl.trustStore.location=${join(folder, `${name}.cert.pem`)}`;

test('TLS: words, znodes and health, and what a wrong certificate or no TLS gives', async (t) => {
  const { lines, port } = await startSecure(t, 'none');
  const trusting = [...lines, trust('server')];
  const stat = await zk(['stat', '-o', 'json'], trusting);
  assert.equal(stat.code, 0, stat.stderr);
  assert.equal(assertDocument(stat.stdout, 'ZkStat').mode, 'standalone');
  assert.equal((await zk(['create', '/tls', 'x'], trusting)).code, 0);
  assert.equal((await zk(['get', '/tls'], trusting)).stdout, 'x');
  const health = await zk(['health', '-o', 'json'], trusting);
  assert.equal(assertDocument(health.stdout, 'ZookeeperHealth').servers[0].via, 'mntr');
  for (const words of [['stat'], ['ls', '/']]) {
    const other = await zk([...words, '-o', 'json'], [...lines, trust('ann')]);
    assert.equal(other.code, 3, other.stderr);
    assert.match(other.stderr, /self-signed certificate|DEPTH_ZERO|unable to verify/);
    const plain = await runKctl(['zk', ...words, '-z', `127.0.0.1:${port}`, '--timeout', '2s']);
    assert.equal(plain.code, 3);
    assert.match(plain.stderr, /TLS/);
  }
});

test('TLS that asks for a certificate knows who comes', async (t) => {
  const { lines } = await startSecure(t, 'need');
  const trusting = [...lines, trust('server')];
  const known = [...trusting, `zookeeper.ssl.keyStore.location=${join(folder, 'ann.pem')}`];
  const who = await zk(['whoami', '-o', 'json'], known);
  assert.equal(who.code, 0, who.stderr);
  const { items } = assertDocument(who.stdout, 'ZookeeperIdentityList');
  assert.ok(
    items.some(({ scheme, id }: { scheme: string; id: string }) => scheme === 'x509' && /kctl-test/.test(id)),
  );
  for (const words of [['srvr'], ['ls', '/']]) {
    assert.equal((await zk(words, known)).code, 0);
    assert.equal((await zk(words, trusting)).code, 3, words.join(' '));
  }
});

test('SASL DIGEST-MD5: who logs in owns what he makes, a wrong password is named, none is refused', async (t) => {
  const jaas = write(
    'jaas.conf',
    'Server {\n  org.apache.zookeeper.server.auth.DigestLoginModule required user_ann="an-o\\"ther" user_ben="b";\n};\n',
  );
  const server = await startZookeeper(
    {
      'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
      sessionRequireClientSASLAuth: 'true',
    },
    { java: [`-Djava.security.auth.login.config=${jaas}`] },
  );
  t.after(() => server.stop());
  const module = 'org.apache.zookeeper.server.auth.DigestLoginModule required';
  const as = (name: string, password: string) => [
    `zookeeper.connect=${server.connectString}`,
    `sasl.jaas.config=${module} username="${name}" password="${password.replaceAll('"', '\\\\"')}";`,
  ];
  const ann = as('ann', 'an-o"ther');
  const made = await zk(['create', '/anns', 'x', '--acl', 'sasl:ann:cdrwa'], ann);
  assert.equal(made.code, 0, made.stderr);
  assert.equal((await zk(['get', '/anns'], ann)).stdout, 'x');
  const who = assertDocument((await zk(['whoami', '-o', 'json'], ann)).stdout, 'ZookeeperIdentityList');
  assert.ok(
    who.items.some(({ scheme, id }: { scheme: string; id: string }) => `${scheme}:${id}` === 'sasl:ann'),
  );
  const ben = await zk(['get', '/anns', '-o', 'json'], as('ben', 'b'));
  assert.deepEqual([ben.code, assertErrors(ben.stderr)[0].code], [1, 'NOAUTH']);
  const wrong = await zk(['get', '/anns', '-o', 'json'], as('ann', 'wrong'));
  const [failed] = assertErrors(wrong.stderr);
  assert.deepEqual([wrong.code, failed.code], [3, 'AUTHFAILED'], wrong.stderr);
  assert.ok(!wrong.stderr.includes('wrong"'), 'no password is told');
  const nobody = await runKctl(['zk', 'get', '/anns', '-z', server.connectString, '-o', 'json']);
  assert.equal(nobody.code, 3, nobody.stderr);
  assert.equal(assertErrors(nobody.stderr)[0].code, 'SESSIONCLOSEDREQUIRESASLAUTH');
});

test('IPv6, several hosts and a chroot in one connect string', async (t) => {
  const server = await startZookeeper({ '4lw.commands.whitelist': '*' });
  t.after(() => server.stop());
  const proxy = createServer((socket) => {
    const inner = connect(server.port, '127.0.0.1');
    for (const end of [socket, inner]) end.on('error', () => {});
    socket.pipe(inner).pipe(socket);
  });
  const listening = await new Promise<boolean>((resolve) => {
    proxy.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
  });
  if (!listening) return t.skip('no IPv6 loopback here');
  t.after(() => proxy.close());
  const { port } = proxy.address() as { port: number };
  const own = `[::1]:${port}`;
  const stat = await runKctl(['zk', 'stat', '-z', own, '-o', 'json']);
  assert.equal(assertDocument(stat.stdout, 'ZkStat').server, own);
  const nothing = `127.0.0.1:${await freePort()}`;
  const everywhere = ['-z', `${nothing},${own},${server.connectString}/under`];
  assert.equal((await runKctl(['zk', 'create', '/under', '-z', own])).code, 0);
  assert.equal((await runKctl(['zk', 'create', '/leaf', 'x', ...everywhere])).code, 0);
  assert.equal((await runKctl(['zk', 'get', '/under/leaf', '-z', own])).stdout, 'x');
  assert.equal((await runKctl(['zk', 'ls', '/', '-o', 'name', ...everywhere])).stdout, '/leaf\n');
});
