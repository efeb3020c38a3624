import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sharedClusters, type TestCluster } from '../support/cluster.js';
import { randomName } from '../support/kctl.js';
import { sessionOf } from '../support/session.js';

for (const [mode, shared] of sharedClusters) {
  describe(`quotas and tokens with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const { kctl, done, apache } = sessionOf(() => cluster);

    test('what either sets the other sees, and the rest stays', async () => {
      const user = randomName('user');
      await done('quotas', 'set', '--user', user, 'producer_byte_rate=1MB', 'request_percentage=50.5');
      const text = await apache('configs', '--describe', '--user', user);
      assert.match(text, /producer_byte_rate=1000000\.0/);
      assert.match(text, /request_percentage=50\.5/);
      await apache('configs', '--alter', '--user', user, '--add-config', 'consumer_byte_rate=2000');
      const { items } = await done('quotas', 'list', '--user', user);
      const quotas = { producer_byte_rate: 1_000_000, consumer_byte_rate: 2000, request_percentage: 50.5 };
      assert.deepEqual(items, [{ entity: { user }, quotas }]);
      await done('quotas', 'unset', '--user', user, 'producer_byte_rate', 'request_percentage');
      assert.doesNotMatch(await apache('configs', '--describe', '--user', user), /producer_byte_rate/);
      await done('quotas', 'unset', '--user', user, 'consumer_byte_rate');
      assert.deepEqual((await done('quotas', 'list', '--user', user)).items, []);
    });

    test('a dry run is checked by the broker and changes nothing', async () => {
      const user = randomName('user');
      const dry = await done('quotas', 'set', '--user', user, 'producer_byte_rate=5', '--dry-run');
      assert.deepEqual([dry.validatedBy, dry.items[0].result], ['broker', 'valid']);
      assert.deepEqual((await done('quotas', 'list', '--user', user)).items, []);
    });

    test('wrong words are refused with the nearest right ones', async () => {
      const wrong = await kctl('quotas', 'set', '--user', 'x', 'producer_byte_rat=5');
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /Did you mean producer_byte_rate/);
      assert.equal((await kctl('quotas', 'set', 'producer_byte_rate=5')).code, 2);
      assert.equal(
        (await kctl('quotas', 'set', '--ip', '127.0.0.1', '--user', 'x', 'request_percentage=5')).code,
        2,
      );
    });

    test('tokens are not for those who are not logged in, and the words say so', async () => {
      const run = await kctl('tokens', 'create');
      assert.deepEqual([run.code, run.stdout], [1, '']);
      assert.match(run.stderr, /token/);
    });
  });
}
