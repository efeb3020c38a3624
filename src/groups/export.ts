import { type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import type { View } from '../render/view.js';
import { findGroups } from './find.js';
import type { CommittedPlace } from './offsets.js';
import { fetchPlaces } from './places.js';
import { renderPlaces } from './places-file.js';

export type GroupOffsetList = ListDocument<Omit<CommittedPlace, 'lag'> & { group: string }>;

/** What groups have committed, to be kept and to be set again. */
export async function exportOffsets(cluster: Cluster, words: readonly string[]): Promise<GroupOffsetList> {
  const { found, errors } = await findGroups(cluster, words);
  const { places, errors: unread } = await fetchPlaces(cluster, found, cluster.wire.deadline);
  const items = found.flatMap(({ group }) =>
    (places.get(group) ?? []).map(({ lag: _, ...place }) => ({ group, ...place })),
  );
  return listDocument('GroupOffsetList', 1, items, [...errors, ...unread]);
}

/** Kafka's CSV, as `groups reset --from-file` reads it. */
export function viewExport({ items }: GroupOffsetList): View {
  return {
    sections: [{ type: 'text', text: renderPlaces(items).trimEnd() }],
    names: items.map(({ group }) => group),
  };
}
