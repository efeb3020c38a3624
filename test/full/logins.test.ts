import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { kraftVersion, startCluster, type TestCluster } from '../support/cluster.js';
import { randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument } from '../support/schemas.js';
import { propertiesOf } from '../support/secure-broker.js';
import { serveTokens, unsecuredToken } from '../support/token-server.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-logins-'));
after(() => rmSync(folder, { recursive: true }));
const client = { id: 'token-client', secret: 'a secret+of:%words' };
const module = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;';
const listener = 'listener.name.sasl_ssl';
let count = 0;

for (const [mode, options] of [
  ['ZooKeeper', []],
  ['KRaft', ['--kafka', kraftVersion]],
] as const) {
  describe(`logins with tokens in ${mode} mode, with ACLs`, () => {
    let cluster: TestCluster;
    let base: Record<string, string>;
    before(async () => {
      cluster = await startCluster([
        ...['--security', 'sasl_ssl', '--mechanism', 'SCRAM-SHA-256', '--user', 'alice', '--authorizer'],
        ...['--config', 'delegation.token.secret.key=only-here'],
        // Short enough to be met several times.
        ...['--config', `${listener}.connections.max.reauth.ms=2000`],
        ...['--config', `${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER`],
        ...['--config', `${listener}.oauthbearer.sasl.jaas.config=${module}`],
        ...options,
      ]);
      const admin = readFileSync(cluster.security?.users[0]?.propertiesFile ?? '', 'utf8');
      base = {
        'bootstrap.servers': cluster.bootstrapServers,
        'security.protocol': 'SASL_SSL',
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': /^ssl\.truststore\.location=(.*)$/m.exec(admin)?.[1] ?? '',
      };
    });

    /** Runs kctl as whom the settings say. */
    function kctl(settings: Record<string, string>, words: string[]) {
      const file = join(folder, `${++count}.properties`);
      writeFileSync(file, propertiesOf({ ...base, ...settings }));
      return runKctl([...words, '--command-config', file], { env: { KCTL_BOOTSTRAP_SERVERS: '' } });
    }
    const oauth = (settings: Record<string, string>) => ({
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': module,
      ...settings,
    });
    /** Nobody but an administrator may, and the broker says so: whoever it is, is logged in. */
    const loggedIn = async (settings: Record<string, string>) => {
      const { code, stderr } = await kctl(settings, ['topics', 'create', randomName('denied')]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /AUTHORIZATION_FAILED/);
      const list = await kctl(settings, ['topics', 'list', '-o', 'name']);
      assert.deepEqual([list.code, list.stdout], [0, ''], list.stderr);
    };

    test('OAUTHBEARER by client credentials, in the properties of KIP-768 and in JAAS', async (t) => {
      const server = await serveTokens(t, client);
      const url = { 'sasl.oauthbearer.token.endpoint.url': server.url };
      const escaped = client.secret.replace(/[\\"]/g, '\\$&');
      const inJaas = module.replace(';', ` clientId="${client.id}" clientSecret="${escaped}";`);
      await loggedIn(oauth({ ...url, 'sasl.jaas.config': inJaas }));
      await loggedIn(
        oauth({
          ...url,
          'sasl.oauthbearer.client.credentials.client.id': client.id,
          'sasl.oauthbearer.client.credentials.client.secret': client.secret,
        }),
      );
      assert.ok(server.given() >= 4);
      const wrong = await kctl(oauth({ ...url, 'sasl.jaas.config': inJaas.replace(escaped, 'wrong') }), [
        ...['doctor', '-o', 'json'],
      ]);
      assert.equal(wrong.code, 3);
      const [error] = assertDocument(wrong.stdout, 'DoctorReport').errors;
      assert.equal(error.code, 'TOKEN');
      assert.match(error.message, /401 invalid_client: who are you\?/);
    });

    test('OAUTHBEARER by a token in a file, and by what prints one', async () => {
      const file = join(folder, 'token');
      writeFileSync(file, `${unsecuredToken('in-a-file')}\n`, { mode: 0o600 });
      await loggedIn(oauth({ 'sasl.oauthbearer.token.endpoint.url': pathToFileURL(file).href }));
      const config = join(folder, 'contexts.yaml');
      const { 'bootstrap.servers': bootstrapServers, ...properties } = base;
      const secrets = { 'sasl.oauthbearer.token': { command: ['cat', file] } };
      const printed = {
        bootstrapServers,
        properties: { ...properties, 'sasl.mechanism': 'OAUTHBEARER' },
        secrets,
      };
      writeFileSync(config, JSON.stringify({ current: 'printed', contexts: { printed } }));
      const env = { KCTL_CONFIG_FILE: config, KCTL_BOOTSTRAP_SERVERS: '' };
      const { code, stdout, stderr } = await runKctl(['context', 'test', '-o', 'json'], { env });
      assert.equal(code, 0, stderr);
      assert.equal(assertDocument(stdout, 'DoctorReport').healthy, true);
    });

    test('a token that has ended, and clocks that do not agree', async (t) => {
      const file = join(folder, 'old-token');
      writeFileSync(file, unsecuredToken('late', { fromSeconds: -7200, toSeconds: -3600 }), { mode: 0o600 });
      const ahead = await serveTokens(t, client, 600);
      const cases: Array<[settings: Record<string, string>, code: string, fix: RegExp]> = [
        [
          { 'sasl.oauthbearer.token.endpoint.url': pathToFileURL(file).href },
          'TOKEN_EXPIRED',
          /ended at .* by the clock here/,
        ],
        [
          {
            'sasl.oauthbearer.token.endpoint.url': ahead.url,
            'sasl.oauthbearer.client.credentials.client.id': client.id,
            'sasl.oauthbearer.client.credentials.client.secret': client.secret,
          },
          'CLOCK_SKEW',
          /(599|600) s ahead of the one here/,
        ],
      ];
      for (const [settings, code, fix] of cases) {
        const run = await kctl(oauth(settings), ['doctor', '-o', 'json']);
        assert.equal(run.code, 3, run.stderr);
        const { checks } = assertDocument(run.stdout, 'DoctorReport');
        const failed = checks.find(({ outcome }: { outcome: string }) => outcome === 'failed');
        assert.deepEqual([failed.stage, failed.code], ['login', code]);
        assert.match(failed.fix, fix);
      }
    });

    test('a delegation token that was really made logs in as its owner, and as nobody once it has ended', async () => {
      const alice = cluster.security?.users[1]?.propertiesFile ?? '';
      const hmacFile = join(folder, `hmac-${mode}`);
      const create = ['tokens', 'create', '-o', 'json', '--command-config', alice];
      const env = { KCTL_BOOTSTRAP_SERVERS: '' };
      const made = await runKctl(create, { env });
      assert.equal(made.code, 0, made.stderr);
      const { tokenId, hmac } = assertDocument(made.stdout, 'CreatedDelegationToken');
      writeFileSync(hmacFile, hmac, { mode: 0o600 });
      const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${tokenId}" password="${hmac}" tokenauth="true";`;
      const byToken = { 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': jaas };
      await loggedIn(byToken);
      const file = join(folder, `${mode}-token.properties`);
      writeFileSync(file, propertiesOf({ ...base, ...byToken }));
      const words = ['--bootstrap-server', cluster.bootstrapServers, '--list', '--command-config', file];
      assert.equal((await runTool('topics', words)).code, 0, "Kafka's own tool takes it too");
      const expire = ['tokens', 'expire', '--hmac-file', hmacFile, '--command-config', alice];
      const ended = await runKctl(expire, { env });
      assert.equal(ended.code, 0, ended.stderr);
      const refused = await kctl(byToken, ['topics', 'list']);
      assert.equal(refused.code, 3, refused.stderr);
      assert.match(refused.stderr, /refused the login/);
      assert.ok(!refused.stderr.includes(hmac));
    });

    test('a long run logs in again and again (KIP-368)', async () => {
      const admin = cluster.security?.users[0]?.propertiesFile ?? '';
      const topic = randomName('long');
      const env = { KCTL_BOOTSTRAP_SERVERS: '' };
      const as = ['--command-config', admin];
      assert.equal((await runKctl(['topics', 'create', topic, ...as], { env })).code, 0);
      const consumer = startKctl(['consume', topic, '--from-beginning', '--max-messages', '90', ...as], {
        env,
      });
      const producer = startKctl(
        ['produce', topic, '--template', 'beer {n}', '--rate', '10/s', '--count', '90', '--debug', ...as],
        { env },
      );
      const [read, wrote] = await Promise.all([consumer.finished, producer.finished]);
      assert.deepEqual([read.code, wrote.code], [0, 0], read.stderr + wrote.stderr);
      assert.equal(read.stdout.split('\n').length, 91, 'nothing is lost at a login');
      const logins = wrote.stderr.match(/> SaslHandshake/g)?.length ?? 0;
      const connections = wrote.stderr.match(/ connecting$/gm)?.length ?? 0;
      assert.ok(logins >= connections + 3, `${logins} logins on ${connections} connections in 9 s`);
    });
  });
}
