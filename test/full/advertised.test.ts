import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { type OwnBroker, startOwnBroker } from '../support/own-broker.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { freePort } from '../support/zookeeper.js';

describe('a broker that tells clients to come to', () => {
  let broker: OwnBroker;
  before(async () => {
    const { bootstrapServers } = await sharedCluster();
    broker = await startOwnBroker({
      nowhere: { advertised: 'no-such-host.invalid:9092' },
      closed: { advertised: `127.0.0.2:${await freePort()}` },
      other: { advertised: bootstrapServers.split(',')[0] ?? '' },
      right: {},
    });
  });
  after(() => broker?.stop());

  const cases: Array<
    [what: string, listener: string, asked: string[], stage: string, code: string, fix: RegExp]
  > = [
    ['a name that does not resolve', 'nowhere', [], 'name', 'ENOTFOUND', /set its advertised\.listeners/],
    [
      'a port where nothing listens',
      'closed',
      [],
      'connect',
      'ECONNREFUSED',
      /set its advertised\.listeners/,
    ],
    ['another cluster', 'other', [], 'advertised', 'OTHER_CLUSTER', /lead to another cluster's broker/],
    [
      'itself, from elsewhere',
      'closed',
      ['--resolve'],
      'connect',
      'ECONNREFUSED',
      /come to this very machine/,
    ],
  ];
  for (const [what, listener, asked, stage, code, fix] of cases) {
    test(`${what}: the doctor names it`, async () => {
      const at = broker.servers[listener] ?? '';
      // By a name that is no loopback's, as if the broker were on another host.
      const away =
        asked.length > 0
          ? ['-b', 'broker.example:9092', '--resolve', `broker.example:9092:${at}`]
          : ['-b', at];
      const failed = await diagnose(away);
      assert.deepEqual([failed.stage, failed.code], [stage, code]);
      assert.match(failed.subject, /^broker 1 /);
      assert.match(failed.fix, fix);
    });
  }

  test('a name that --resolve leads to the right place', async () => {
    const { nowhere = '' } = broker.servers;
    const words = ['-b', nowhere, '--resolve', `no-such-host.invalid:9092:${nowhere}`, '-o', 'json'];
    const { code, stdout, stderr } = await runKctl(['doctor', ...words]);
    assert.equal(code, 0, stderr);
    assert.equal(assertDocument(stdout, 'DoctorReport').healthy, true);
    assert.equal((await runKctl(['topics', 'create', 'there', ...words])).code, 0);
  });

  test('itself beside a bootstrap server of another cluster', async () => {
    const { bootstrapServers } = await sharedCluster();
    const failed = await diagnose(['-b', `${broker.servers.right},${bootstrapServers.split(',')[0]}`]);
    assert.deepEqual([failed.stage, failed.code], ['metadata', 'OTHER_CLUSTER']);
  });

  test('itself, when the context names another cluster', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'kctl-advertised-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config.yaml');
    const right = { bootstrapServers: broker.servers.right, clusterId: 'AAAAAAAAAAAAAAAAAAAAAA' };
    writeFileSync(file, JSON.stringify({ current: 'right', contexts: { right } }));
    const failed = await diagnose([], {
      KCTL_BOOTSTRAP_SERVERS: '',
      KCTL_CONFIG_FILE: file,
    });
    assert.deepEqual([failed.stage, failed.code], ['metadata', 'OTHER_CLUSTER']);
    assert.match(failed.fix, /clusterId/);
  });
});

/** The one thing that is wrong. */
async function diagnose(words: string[], env: Record<string, string> = {}): Promise<JsonDocument> {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await runKctl(['doctor', '-o', 'json', ...words], { env });
  assert.equal(code, 3, stderr);
  assert.ok(performance.now() - startedAt < 10_000);
  const { checks } = assertDocument(stdout, 'DoctorReport');
  const failed = checks.filter(({ outcome }: JsonDocument) => outcome === 'failed');
  assert.equal(failed.length, 1, JSON.stringify(failed));
  return failed[0];
}
