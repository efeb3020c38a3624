import { type Tone, toned, type View } from '../render/view.js';
import type { LocalCluster, LocalEngine, LocalServer } from './types.js';

const tones: Record<string, Tone> = {
  running: 'good',
  partial: 'warn',
  starting: 'warn',
  died: 'bad',
};

export function viewLocalCluster(cluster: LocalCluster): View {
  const state = toned(cluster.state, tones[cluster.state] ?? 'dim');
  if (cluster.state === 'absent') {
    return {
      sections: [
        {
          type: 'facts',
          facts: [
            ['name', cluster.name],
            ['state', state],
          ],
        },
      ],
      names: [],
    };
  }
  const { brokers, zookeepers } = cluster;
  const row = (server: LocalServer, what: string, rack: string | null) => [
    what,
    toned(server.state, tones[server.state] ?? 'dim'),
    `${server.host}:${server.port}`,
    rack,
    server.pid,
    server.logFile,
    server.dataDir,
  ];
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['name', cluster.name],
          ['state', state],
          ['Kafka', `${cluster.kafkaVersion} (${cluster.mode === 'kraft' ? 'KRaft' : 'ZooKeeper'})`],
          ['bootstrap servers', cluster.bootstrapServers],
          ['ZooKeeper', cluster.zookeeperConnect],
          ['cluster id', cluster.clusterId],
        ],
      },
      {
        type: 'table',
        columns: [
          { header: 'server' },
          { header: 'state' },
          { header: 'address' },
          { header: 'rack' },
          { header: 'pid', align: 'right' },
          { header: 'log' },
          { header: 'data', wide: true },
        ],
        rows: [
          ...zookeepers.map((server) => row(server, 'zookeeper', null)),
          ...brokers.map((broker) => row(broker, `broker ${broker.id}`, broker.rack)),
        ],
      },
    ],
    names: [cluster.name],
  };
}

export function viewLocalEngine({ kafkaVersion, mode, libs, jars }: LocalEngine): View {
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['Kafka', kafkaVersion],
          ['mode', mode === 'kraft' ? 'KRaft' : 'ZooKeeper'],
          ['jars', jars],
          ['folder', libs],
        ],
      },
    ],
    names: [kafkaVersion],
  };
}
