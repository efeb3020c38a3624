import { type ListDocument, listDocument } from '../base/result.js';
import type { StartHooks } from '../cluster/local/launch.js';
import {
  listSnapshots,
  removeSnapshot,
  restoreSnapshot,
  type Snapshot,
  saveSnapshot,
} from '../cluster/local/snapshots.js';
import { serversOf } from '../cluster/local/state.js';
import type { View } from '../render/view.js';
import { describeLocal } from './document.js';
import type { LocalCluster } from './types.js';

export interface LocalSnapshot {
  name: string;
  /** The cluster that it was made of. */
  cluster: string;
  mode: string;
  kafkaVersion: string;
  brokers: number;
}

const listOf = (snapshots: Snapshot[]): ListDocument<LocalSnapshot> =>
  listDocument(
    'LocalSnapshotList',
    1,
    snapshots.map(({ name, state }) => ({
      name,
      cluster: state.name,
      mode: state.mode,
      kafkaVersion: state.kafkaVersion,
      brokers: serversOf(state, 'broker').length,
    })),
  );

export async function keepSnapshot(name: string, cluster: string, hooks: StartHooks) {
  return listOf([await saveSnapshot(name, cluster, hooks)]);
}

export async function putSnapshotBack(
  name: string,
  cluster: string,
  hooks: StartHooks,
): Promise<LocalCluster> {
  return describeLocal(cluster, await restoreSnapshot(name, cluster, hooks));
}

export function allSnapshots(): ListDocument<LocalSnapshot> {
  return listOf(listSnapshots());
}

export function dropSnapshot(name: string): ListDocument<LocalSnapshot> {
  return listOf([removeSnapshot(name)]);
}

export function viewSnapshots({ items }: ListDocument<LocalSnapshot>): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: 'snapshot' },
          { header: 'of' },
          { header: 'Kafka' },
          { header: 'mode' },
          { header: 'brokers', align: 'right' },
        ],
        rows: items.map(({ name, cluster, kafkaVersion, mode, brokers }) => [
          name,
          cluster,
          kafkaVersion,
          mode,
          brokers,
        ]),
        whenEmpty: 'There are no snapshots.',
      },
    ],
    names: items.map(({ name }) => name),
  };
}
