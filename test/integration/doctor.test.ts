import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { formatAddress } from '../../src/base/address.js';
import { selfSigned } from '../support/certificates.js';
import { sharedCluster, sharedKraftCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { alice, propertiesOf, type SecureBroker, startSecureBroker } from '../support/secure-broker.js';
import { blackHole, serve } from '../support/serve.js';
import { freePort } from '../support/zookeeper.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-doctor-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

/** Runs the doctor with a client.properties file, and gives its report. */
async function examine(properties: Record<string, string>, words: string[] = []) {
  const file = join(folder, `${++count}.properties`);
  writeFileSync(file, propertiesOf(properties));
  const startedAt = performance.now();
  const run = await runKctl(['doctor', '--command-config', file, '-o', 'json', ...words], {
    env: { KCTL_BOOTSTRAP_SERVERS: undefined },
  });
  assert.ok(!`${run.stdout}${run.stderr}`.includes(alice.password), 'no secret is printed');
  const report = assertDocument(run.stdout, 'DoctorReport');
  return { code: run.code, report, tookMs: performance.now() - startedAt };
}

/** The one thing that is wrong: its stage, code and fix. */
async function diagnosis(properties: Record<string, string>, words: string[] = []): Promise<JsonDocument> {
  const { code, report, tookMs } = await examine(properties, words);
  assert.equal(code, 3);
  assert.equal(report.healthy, false);
  assert.ok(tookMs < 10_000, `it took ${tookMs} ms`);
  const failed = report.checks.filter(({ outcome }: { outcome: string }) => outcome === 'failed');
  assert.equal(failed.length, 1, JSON.stringify(failed));
  assert.ok(failed[0].fix, 'it says what to change');
  return failed[0];
}

for (const [mode, shared] of [
  ['ZooKeeper', sharedCluster],
  ['KRaft', sharedKraftCluster],
] as const) {
  test(`a healthy cluster with ${mode}: every stage of every broker, and a record there and back`, async () => {
    const { bootstrapServers, brokers } = await shared();
    const topic = randomName('doctor');
    const created = await runKctl(['topics', 'create', topic, '-b', bootstrapServers]);
    assert.equal(created.code, 0, created.stderr);
    const [first = ''] = bootstrapServers.split(',');
    const { code, report } = await examine({ 'bootstrap.servers': first }, ['--round-trip', topic]);
    assert.deepEqual([code, report.healthy, report.errors], [0, true, []]);
    const good = (stage: string) =>
      report.checks.filter(
        (check: { stage: string; outcome: string }) => check.stage === stage && check.outcome === 'good',
      );
    for (const stage of ['name', 'connect', 'kafka', 'metadata'])
      assert.equal(good(stage).length, brokers.length, stage);
    assert.match(good('round trip')[0].evidence, /written in \d+ ms, read back at offset 0/);
    assert.match(good('authorisation')[0].evidence, /alter/);
    assert.equal((await runKctl(['topics', 'delete', topic, '--yes', '-b', bootstrapServers])).code, 0);
  });
}

test('a topic that is not there fails the round trip only', async () => {
  const { bootstrapServers } = await sharedCluster();
  const { report, code } = await examine({ 'bootstrap.servers': bootstrapServers }, [
    '--round-trip',
    randomName('no'),
  ]);
  const failed = report.checks.filter(({ outcome }: { outcome: string }) => outcome === 'failed');
  assert.deepEqual([code, failed.map((each: { stage: string }) => each.stage)], [3, ['round trip']]);
  assert.equal(failed[0].code, 'UNKNOWN_TOPIC_OR_PARTITION');
});

describe('what is wrong before Kafka is spoken', () => {
  const plain = (server: string) => diagnosis({ 'bootstrap.servers': server }, ['--timeout', '3s']);

  test('nothing listens', async () => {
    const { stage, code } = await plain(`127.0.0.1:${await freePort()}`);
    assert.deepEqual([stage, code], ['connect', 'ECONNREFUSED']);
  });

  test('a name that does not resolve', async () => {
    const { stage, code } = await plain('no-such-host.invalid:9092');
    assert.deepEqual([stage, code], ['name', 'ENOTFOUND']);
  });

  test('HTTP', async (t) => {
    const server = await serve(t, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const { stage, code, evidence } = await plain(formatAddress(server));
    assert.deepEqual([stage, code], ['kafka', 'NOT_KAFKA']);
    assert.match(evidence, /HTTP server/);
  });

  test('ZooKeeper', async () => {
    const { zookeeperConnect } = await sharedCluster();
    const { stage, evidence } = await plain(zookeeperConnect ?? '');
    assert.equal(stage, 'kafka');
    assert.match(evidence, /ZooKeeper server/);
  });

  test('one that accepts and never answers', async (t) => {
    const { stage, code } = await plain(formatAddress(await serve(t, () => {})));
    assert.deepEqual([stage, code], ['kafka', 'REQUEST_TIMED_OUT']);
  });

  test('a port whose packets are dropped', async (t) => {
    const { stage, code, fix } = await plain(formatAddress(await blackHole(t)));
    assert.deepEqual([stage, code], ['connect', 'ETIMEDOUT']);
    assert.match(fix, /firewall/);
  });

  test('a Kafka that is too old', async (t) => {
    // To a version of ApiVersions that it does not know, it answers in version 0, with this error (KIP-511).
    const server = await serve(t, (socket) =>
      socket.on('data', (request) => {
        const answer = Buffer.from('0000000a00000000002300000000', 'hex');
        request.copy(answer, 4, 8, 12);
        socket.write(answer);
      }),
    );
    const { stage, code, evidence, fix } = await plain(formatAddress(server));
    assert.deepEqual([stage, code], ['kafka', 'UNSUPPORTED_VERSION']);
    assert.match(evidence, /is a Kafka older than 2\.4/);
    assert.match(fix, /2\.4 and later/);
  });

  test('the listener of a controller', async () => {
    const { brokers } = await sharedKraftCluster();
    const config = join(brokers[0]?.logFile ?? '', '..', '..', 'config', 'broker-1.properties');
    const port = /CONTROLLER:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(config, 'utf8'))?.[1];
    assert.ok(port, 'the KRaft node is a controller');
    const { stage, code } = await plain(`127.0.0.1:${port}`);
    assert.deepEqual([stage, code], ['kafka', 'CONTROLLER_LISTENER']);
  });
});

describe('certificates', () => {
  const cases: Array<
    [what: string, options: Parameters<typeof selfSigned>[0], trusted: boolean, code: string]
  > = [
    ['expired', { fromDays: -3, toDays: -1 }, true, 'CERT_HAS_EXPIRED'],
    ['not yet valid', { fromDays: 1, toDays: 3 }, true, 'CERT_NOT_YET_VALID'],
    ['of another host', { host: 'other.example' }, true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['of an unknown authority', {}, false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ];
  for (const [what, options, trusted, expected] of cases) {
    test(`one ${what}`, async (t) => {
      const made = await selfSigned(options);
      const server = await serveTls(t, made);
      const ca = join(folder, `ca-${++count}.pem`);
      writeFileSync(ca, made.cert);
      const { stage, code } = await diagnosis({
        'bootstrap.servers': server,
        'security.protocol': 'SSL',
        ...(trusted ? { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': ca } : {}),
      });
      assert.deepEqual([stage, code], ['tls', expected]);
    });
  }
});

describe('listeners with TLS and logins', () => {
  let broker: SecureBroker;
  before(async () => {
    broker = await startSecureBroker();
  });
  after(() => broker?.stop());
  const trust = () => ({
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(broker.folder, 'cert.pem'),
  });
  const login = (password: string) =>
    `x.LoginModule required username="${alice.username}" password="${password.replace(/[\\"]/g, '\\$&')}";`;

  test('all is well, with TLS and a login', async () => {
    const { code, report } = await examine({
      'bootstrap.servers': broker.servers.SASLTLS,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-256',
      'sasl.jaas.config': login(alice.password),
      ...trust(),
    });
    assert.deepEqual([code, report.errors], [0, []]);
    const tls = report.checks.find(({ stage }: { stage: string }) => stage === 'tls');
    assert.match(tls.evidence, /^TLSv1\.3, kctl-test by kctl-test, valid for \d+ more days$/);
  });

  test('plain text where TLS is spoken, and TLS where plain text is', async () => {
    const first = await diagnosis({ 'bootstrap.servers': broker.servers.TLS });
    assert.deepEqual([first.stage, first.code], ['kafka', 'TLS_EXPECTED']);
    const second = await diagnosis({
      'bootstrap.servers': broker.servers.PLAINTEXT,
      'security.protocol': 'SSL',
      ...trust(),
    });
    assert.deepEqual([second.stage, second.code], ['tls', 'TLS_NOT_EXPECTED']);
  });

  test('a client without the certificate that is asked for', async () => {
    const { code } = await diagnosis({
      'bootstrap.servers': broker.servers.MUTUAL,
      'security.protocol': 'SSL',
      ...trust(),
    });
    assert.equal(code, 'CLIENT_CERTIFICATE');
  });

  test('a mechanism that is not enabled: those that are', async () => {
    const { stage, code, evidence } = await diagnosis({
      'bootstrap.servers': broker.servers.SASL,
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': 'x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice";',
    });
    assert.deepEqual([stage, code], ['login', 'UNSUPPORTED_SASL_MECHANISM']);
    for (const enabled of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) assert.ok(evidence.includes(enabled));
  });

  test('a wrong password', async () => {
    const { stage, code } = await diagnosis({
      'bootstrap.servers': broker.servers.SASL,
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': login('wrong'),
    });
    assert.deepEqual([stage, code], ['login', 'SASL_AUTHENTICATION_FAILED']);
  });

  test('a listener without logins', async () => {
    const { code } = await diagnosis({
      'bootstrap.servers': broker.servers.PLAINTEXT,
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': login(alice.password),
    });
    assert.equal(code, 'ILLEGAL_SASL_STATE');
  });
});

test('a server is told the name that is asked for (SNI), wherever it is', async (t) => {
  const asked: string[] = [];
  const made = await selfSigned({ host: 'broker.example' });
  const SNICallback = (name: string, done: (error: null) => void) => {
    asked.push(name);
    done(null);
  };
  const server = await serveTls(t, { ...made, SNICallback });
  const ca = join(folder, 'sni.pem');
  writeFileSync(ca, made.cert);
  const { stage } = await diagnosis(
    {
      'bootstrap.servers': 'broker.example:9093',
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': ca,
    },
    ['--resolve', `broker.example:9093:${server}`, '--timeout', '3s'],
  );
  assert.equal(stage, 'kafka', 'its certificate is right, and it says nothing');
  assert.equal(asked[0], 'broker.example');
});

async function serveTls(t: TestContext, options: TlsOptions): Promise<string> {
  const server = createTlsServer(options, (socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
