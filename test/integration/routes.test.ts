import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sharedKraftCluster } from '../support/cluster.js';
import { type Run, runKctl } from '../support/kctl.js';
import { serveHttpProxy, serveSocksProxy } from '../support/proxies.js';
import { freePort } from '../support/zookeeper.js';

const { bootstrapServers } = await sharedKraftCluster();
const port = bootstrapServers.split(':')[1];
const login = { username: 'me', password: 'CANARY@:/-7c1' };
const inUrl = `${login.username}:${encodeURIComponent(login.password)}`;

/** Needs the broker at the address that it advertises. */
function list(words: string[], env: Record<string, string> = {}): Promise<Run> {
  return runKctl(['topics', 'offsets', 'no-such-topic*', '--debug', ...words], {
    env: { KCTL_BOOTSTRAP_SERVERS: '', ...env },
  });
}

for (const [kind, serve] of [
  ['http', serveHttpProxy],
  ['socks5', serveSocksProxy],
] as const) {
  test(`a ${kind} proxy leads to the brokers, and resolves their names`, async (t) => {
    const proxy = await serve(t);
    const run = await list(['-b', `behind.proxy.example:${port}`, '--proxy', `${kind}://${proxy.at}`]);
    assert.equal(run.code, 0, run.stderr);
    assert.ok(proxy.asked.includes(`behind.proxy.example:${port}`), proxy.asked.join());
  });

  test(`a ${kind} proxy that asks for a login gets it from the environment, and nobody else does`, async (t) => {
    const proxy = await serve(t, login);
    const right = await list(['-b', bootstrapServers], { KCTL_PROXY: `${kind}://${inUrl}@${proxy.at}` });
    assert.equal(right.code, 0, right.stderr);
    assert.ok(proxy.asked.length > 0);
    const none = await list(['-b', bootstrapServers], { KCTL_PROXY: `${kind}://${proxy.at}` });
    const wrong = await list(['-b', bootstrapServers], { KCTL_PROXY: `${kind}://me:wrong@${proxy.at}` });
    for (const run of [none, wrong]) {
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, new RegExp(`the proxy at ${proxy.at} does not lead to ${bootstrapServers}`));
    }
    const asFlag = await list(['-b', bootstrapServers, '--proxy', `${kind}://${inUrl}@${proxy.at}`]);
    assert.equal(asFlag.code, 2);
    assert.match(asFlag.stderr, /Set it with its address in KCTL_PROXY/);
    for (const { stdout, stderr } of [right, none, wrong, asFlag])
      assert.ok(!/CANARY/.test(stdout + stderr), 'its password is shown nowhere');
  });

  test(`a ${kind} proxy that finds no broker, or is none`, async (t) => {
    const proxy = await serve(t);
    const closed = await list(['-b', `127.0.0.1:${await freePort()}`, '--proxy', `${kind}://${proxy.at}`]);
    assert.equal(closed.code, 3, closed.stderr);
    assert.match(closed.stderr, /does not lead to/);
    const none = await list(['-b', bootstrapServers, '--proxy', `${kind}://127.0.0.1:${await freePort()}`]);
    assert.equal(none.code, 3, none.stderr);
    assert.match(none.stderr, /ECONNREFUSED/);
  });
}

test('--resolve leads a name to where a port is forwarded: a flag, a variable, a map in a context', async (t) => {
  const forwarded = ['-b', 'broker.internal:9092', '--resolve', `broker.internal:9092:127.0.0.1:${port}`];
  const map = { 'broker.internal:9092': `127.0.0.1:${port}` };
  const contexts = { far: { bootstrapServers: 'broker.internal:9092', resolve: map } };
  const folder = mkdtempSync(join(tmpdir(), 'kctl-routes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify({ contexts }));
  for (const run of [
    await list(forwarded),
    await list(forwarded.slice(0, 2), { KCTL_RESOLVE: forwarded[3] ?? '' }),
    await list(['-c', 'far'], { KCTL_CONFIG_FILE: file }),
  ])
    assert.equal(run.code, 0, run.stderr);
});

test('a mechanism that needs what is not installed says so', async () => {
  const gssapi = ['-X', 'security.protocol=SASL_PLAINTEXT', '-X', 'sasl.mechanism=GSSAPI'];
  const { code, stderr } = await runKctl(['topics', 'list', '-b', bootstrapServers, ...gssapi], {});
  assert.equal(code, 2, stderr);
  assert.match(stderr, /needs the package kerberos, which is not installed/);
});
