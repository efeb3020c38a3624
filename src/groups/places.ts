import type { Deadline } from '../base/deadline.js';
import type { Cluster } from '../cluster/index.js';
import { fetchGroupOffsets } from './offsets.js';
import { fetchShareOffsets, type ShareOffsets } from './share-offsets.js';
import type { GroupListItem } from './types.js';

/** Where groups of any type stand: what they have committed, or where a share group starts. */
export async function fetchPlaces(
  cluster: Cluster,
  groups: readonly GroupListItem[],
  deadline: Deadline,
): Promise<ShareOffsets> {
  const [committed, shared] = await Promise.all([
    fetchGroupOffsets(
      cluster,
      groups.filter(({ type }) => type !== 'share'),
      deadline,
    ),
    fetchShareOffsets(
      cluster,
      groups.filter(({ type }) => type === 'share'),
      deadline,
    ),
  ]);
  return {
    places: new Map([...committed.places, ...shared.places]),
    unset: shared.unset,
    errors: [...committed.errors, ...shared.errors],
  };
}
