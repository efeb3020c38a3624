import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deadline } from '../../src/base/deadline.js';
import { withLock } from '../../src/cluster/local/lock.js';
import type { TestCluster } from './cluster.js';

/** Does the work while no other test file reassigns on the cluster: kctl refuses to beside others. */
export function aloneReassigning<T>(cluster: TestCluster, work: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(cluster.bootstrapServers).digest('hex').slice(0, 16);
  return withLock(join(tmpdir(), `kctl-test-reassign-${name}`), { deadline: new Deadline(240_000) }, work);
}
