import { formatAddress } from '../base/address.js';
import type { Column, Section, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { ClusterDescription } from './cluster.js';

/** @param withSettings shows how the cluster was reached, too */
export function viewCluster(cluster: ClusterDescription, withSettings: boolean): View {
  const sections: Section[] = [
    {
      type: 'facts',
      facts: [
        ['cluster id', cluster.clusterId],
        ['mode', cluster.mode === 'kraft' ? 'KRaft' : 'ZooKeeper'],
        ['controller', cluster.controllerId ?? toned('none', 'bad')],
      ],
    },
    { type: 'table', columns: brokerColumns, rows: cluster.brokers.map(brokerRow) },
  ];
  if (cluster.features.length > 0) {
    const rows = cluster.features.map((feature) => [
      feature.name,
      feature.finalizedLevel,
      feature.supportedLevels?.join('-') ?? null,
    ]);
    sections.push({ type: 'table', columns: featureColumns, rows });
  }
  if (withSettings) {
    const rows = cluster.settings.map(({ name, value, origin }) => [name, value, origin]);
    sections.push({ type: 'table', columns: settingColumns, rows });
  }
  return { sections, names: cluster.brokers.map((broker) => String(broker.id)) };
}

const brokerColumns: Column[] = [
  { header: 'broker', align: 'right' },
  { header: 'address' },
  { header: 'rack' },
  { header: 'release' },
  { header: 'controller' },
];

function brokerRow(broker: ClusterDescription['brokers'][number]) {
  return [
    broker.id,
    formatAddress(broker),
    broker.rack,
    broker.kafkaRelease,
    broker.controller ? toned('yes', 'strong') : 'no',
  ];
}

const featureColumns: Column[] = [
  { header: 'feature' },
  { header: 'finalized', align: 'right' },
  { header: 'supported', align: 'right' },
];

const settingColumns: Column[] = [{ header: 'setting' }, { header: 'value' }, { header: 'from' }];
