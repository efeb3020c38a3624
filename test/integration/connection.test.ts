import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { formatAddress } from '../../src/base/address.js';
import { sharedCluster, type TestCluster } from '../support/cluster.js';
import { type Run, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';
import {
  alice,
  type ListenerName,
  propertiesOf,
  type SecureBroker,
  startSecureBroker,
} from '../support/secure-broker.js';
import { blackHole, serve } from '../support/serve.js';
import { freePort } from '../support/zookeeper.js';

describe('a bootstrap server that is not a broker', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await sharedCluster();
  });

  async function list(server: string, ...words: string[]): Promise<Run & { tookMs: number }> {
    const startedAt = performance.now();
    const run = await runKctl(['topics', 'list', '-b', server, ...words]);
    return { ...run, tookMs: performance.now() - startedAt };
  }

  function refused(run: Run, code: number, ...says: Array<RegExp | string>): void {
    assert.deepEqual([run.code, run.stdout], [code, ''], run.stderr);
    for (const text of says) assert.match(run.stderr, new RegExp(text));
    assert.ok(run.stderr.trimEnd().split('\n').length <= 3, run.stderr);
  }

  test('nothing listens there', async () => {
    const server = `127.0.0.1:${await freePort()}`;
    const run = await list(server);
    refused(run, 3, server, 'connection refused');
    assert.ok(run.tookMs < 2000);
  });

  test('a host that does not resolve', async () => {
    refused(await list('no-such-host.invalid:9092'), 3, 'no-such-host.invalid:9092', 'does not resolve');
  });

  test('packets are dropped', async (t) => {
    const server = formatAddress(await blackHole(t));
    const run = await list(server);
    refused(run, 3, server, 'timed out');
    assert.ok(run.tookMs < 10_000, `${run.tookMs}`);
    const quick = await list(server, '--timeout', '1s');
    refused(quick, 3, 'timed out');
    assert.ok(quick.tookMs < 2000, `${quick.tookMs}`);
  });

  test('it accepts and says nothing', async (t) => {
    const server = await listen(t, () => {});
    const run = await list(server);
    refused(run, 6, server, 'did not answer');
    assert.ok(run.tookMs < 10_000, `${run.tookMs}`);
  });

  test("ZooKeeper's port", async () => {
    const server = cluster.zookeeperConnect ?? '';
    refused(await list(server), 3, server, 'is a ZooKeeper server, not a Kafka broker');
  });

  test('a web server', async (t) => {
    const server = await listen(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    refused(await list(server), 3, server, 'is an HTTP server');
  });

  test("a broker's port in place of ZooKeeper's", async () => {
    const server = cluster.bootstrapServers.split(',')[0] ?? '';
    const run = await runKctl(['zk', 'stat', '-z', server]);
    refused(run, 3, server, 'Kafka broker');
  });

  test('one that is dead beside one that lives costs nothing, one that is silent little', async (t) => {
    const good = cluster.bootstrapServers;
    const dead = await list(`127.0.0.1:${await freePort()},${good}`, '-o', 'json');
    assert.equal(dead.code, 0, dead.stderr);
    assertDocument(dead.stdout, 'TopicList');
    const nowhere = `127.0.0.1:${await freePort()}`;
    const told = await list(`${nowhere},${good}`, '-v');
    assert.match(told.stderr, new RegExp(`cannot reach ${nowhere}`), 'what is tried in vain is told with -v');
    const slow = await list(
      `${formatAddress(await blackHole(t))},${await listen(t, () => {})},${good}`,
      '-o',
      'json',
    );
    assert.equal(slow.code, 0, slow.stderr);
    assert.ok(slow.tookMs < 3000, `the process ended only after ${slow.tookMs} ms`);
  });
});

describe('TLS and SASL', () => {
  let broker: SecureBroker;
  before(async () => {
    broker = await startSecureBroker();
  });
  after(() => broker?.stop());

  const quoted = alice.password.replace(/[\\"]/g, '\\$&');
  const login = `org.apache.kafka.common.security.x.LoginModule required username="${alice.username}" password="${quoted}";`;
  const trust = () => ({
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(broker.folder, 'cert.pem'),
  });

  let count = 0;
  async function describeCluster(listener: ListenerName, properties: Record<string, string>): Promise<Run> {
    const file = join(broker.folder, `client-${++count}.properties`);
    writeFileSync(file, propertiesOf({ 'bootstrap.servers': broker.servers[listener], ...properties }));
    const env = { KCTL_BOOTSTRAP_SERVERS: undefined };
    const words = ['cluster', 'describe', '--command-config', file, '--debug', '-o', 'json'];
    const run = await runKctl(words, { env });
    for (const secret of [alice.password, quoted, 'wrong-secret', 'BEGIN PRIVATE KEY'])
      assert.ok(
        !`${run.stdout}${run.stderr}`.includes(secret),
        'no secret is printed, not even with --debug',
      );
    return run;
  }

  async function succeeds(listener: ListenerName, properties: Record<string, string>, security: string) {
    const { code, stdout, stderr } = await describeCluster(listener, properties);
    assert.equal(code, 0, stderr);
    const { brokers, settings } = assertDocument(stdout, 'Cluster');
    assert.equal(`${brokers[0].host}:${brokers[0].port}`, broker.servers[listener]);
    assert.equal(settings.find(({ name }: { name: string }) => name === 'security').value, security);
  }

  async function fails(listener: ListenerName, properties: Record<string, string>, ...says: RegExp[]) {
    const { code, stdout, stderr } = await describeCluster(listener, properties);
    assert.deepEqual([code, stdout], [3, ''], stderr);
    for (const text of says) assert.match(stderr, text);
  }

  const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
  for (const mechanism of mechanisms) {
    const sasl = { 'sasl.mechanism': mechanism, 'sasl.jaas.config': login };

    test(`${mechanism} logs in, over plain sockets and TLS`, async () => {
      await succeeds('SASL', { 'security.protocol': 'SASL_PLAINTEXT', ...sasl }, 'SASL_PLAINTEXT as alice');
      await succeeds(
        'SASLTLS',
        { 'security.protocol': 'SASL_SSL', ...sasl, ...trust() },
        'SASL_SSL as alice',
      );
    });

    test(`${mechanism} with a wrong password is refused in the broker's words`, async () => {
      const wrong = login.replace(quoted, 'wrong-secret');
      await fails(
        'SASL',
        { 'security.protocol': 'SASL_PLAINTEXT', ...sasl, 'sasl.jaas.config': wrong },
        /SASL_AUTHENTICATION_FAILED/,
        /Authentication failed/i,
      );
    });
  }

  test('TLS with a trusted certificate', () =>
    succeeds('TLS', { 'security.protocol': 'SSL', ...trust() }, 'SSL'));

  test('TLS with a certificate of its own, from a file or in the properties', async () => {
    const store = { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': join(broker.folder, 'store.pem') };
    await succeeds('MUTUAL', { 'security.protocol': 'SSL', ...trust(), ...store }, 'SSL');
  });

  test('TLS with a certificate of its own that is missing', () =>
    fails('MUTUAL', { 'security.protocol': 'SSL', ...trust() }, /certificate/i));

  test('TLS with a certificate that nobody trusts', () =>
    fails('TLS', { 'security.protocol': 'SSL' }, /self.signed/, /ssl\.truststore\.location/));

  test('TLS where plain text is spoken, and the other way round', async () => {
    await fails('PLAINTEXT', { 'security.protocol': 'SSL', ...trust() }, /does not speak TLS/);
    await fails('TLS', {}, /TLS/);
  });

  test('SASL where none is offered, and the other way round', async () => {
    const sasl = { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': login };
    await fails('PLAINTEXT', { 'security.protocol': 'SASL_PLAINTEXT', ...sasl }, /has no logins/);
    await fails('SASL', {}, /A listener with TLS or SASL/);
  });
});

/** A local server that does with each connection as it is told. */
async function listen(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  return formatAddress(await serve(t, onSocket));
}
