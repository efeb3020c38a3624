import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sharedClusters, type TestCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-cluster-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [mode, shared] of sharedClusters) {
  describe(`cluster describe with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });

    async function describeAs(
      format: string,
      words: string[] = [],
      env: Record<string, string | undefined> = {},
    ) {
      const options = { env: { ...cluster.env, ...env } };
      const { code, stdout, stderr } = await runKctl(
        ['cluster', 'describe', ...words, '-o', format],
        options,
      );
      assert.deepEqual([code, stderr], [0, '']);
      return stdout;
    }

    test('it names the mode, one controller and every broker', async () => {
      const document = assertDocument(await describeAs('json'), 'Cluster');
      assert.equal(document.mode, mode === 'KRaft' ? 'kraft' : 'zookeeper');
      assert.deepEqual(
        document.brokers.map(({ id, host, port, rack }: Record<string, unknown>) => ({
          id,
          host,
          port,
          rack,
        })),
        cluster.brokers.map(({ id, host, port, rack }) => ({ id, host, port, rack })),
      );
      const controllers = document.brokers.filter(({ controller }: { controller: boolean }) => controller);
      assert.deepEqual(
        controllers.map(({ id }: { id: number }) => id),
        [document.controllerId],
      );
      for (const { kafkaRelease } of document.brokers)
        assert.ok(cluster.kafkaVersion.startsWith(kafkaRelease.replace(/\D+$/, '')), kafkaRelease);
      assert.equal(document.features.length > 0, mode === 'KRaft');
    });

    test('the table shows a line for each broker, and settings only with -v', async () => {
      const table = await describeAs('table');
      for (const { id, host, port } of cluster.brokers)
        assert.match(table, new RegExp(`\n +${id} +${host}:${port} `));
      assert.ok(!table.includes('KCTL_BOOTSTRAP_SERVERS'));
      assert.match(
        await describeAs('table', ['-v']),
        new RegExp(`bootstrap servers +${cluster.bootstrapServers} +KCTL_BOOTSTRAP_SERVERS\n`),
      );
      assert.equal(await describeAs('name'), cluster.brokers.map(({ id }) => `${id}\n`).join(''));
    });

    test('each setting says where it came from', async () => {
      const file = join(folder, 'client.properties');
      writeFileSync(file, `bootstrap.servers=${cluster.bootstrapServers}\nclient.id=from-file\n`);
      const origins = async (words: string[], env: Record<string, string | undefined> = {}) => {
        const { settings } = assertDocument(await describeAs('json', words, env), 'Cluster');
        return Object.fromEntries(settings.map((s: Record<string, string>) => [s.name, s.origin]));
      };
      assert.deepEqual(
        await origins(['-b', cluster.bootstrapServers, '--timeout', '20s', '--client-id', 'me']),
        {
          'bootstrap servers': '--bootstrap-server',
          security: 'default',
          'client id': '--client-id',
          timeout: '--timeout',
        },
      );
      const named = `${file} (--command-config)`;
      assert.deepEqual(await origins(['--command-config', file]), {
        'bootstrap servers': named,
        security: 'default',
        'client id': named,
        timeout: 'default',
      });
      const env = { KCTL_BOOTSTRAP_SERVERS: undefined, KCTL_COMMAND_CONFIG: file };
      assert.equal((await origins([], env))['bootstrap servers'], `${file} (KCTL_COMMAND_CONFIG)`);
    });
  });
}
