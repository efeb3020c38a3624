import { showBytes, showDuration } from '../base/units.js';
import { type Cell, type Tone, toned, type View } from '../render/view.js';
import { environmentOf, propertiesText, shellLines } from './environment.js';
import type { LocalBroker, LocalCluster, LocalEngine, LocalServer } from './types.js';

const tones: Record<string, Tone> = {
  running: 'good',
  partial: 'warn',
  paused: 'warn',
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
  const { brokers, controllers, zookeepers, zookeeperVersion } = cluster;
  const isLimited = cluster.diskSizeBytes !== null;
  const row = (server: LocalServer, what: string, { rack, freeBytes }: Partial<LocalBroker> = {}) => [
    what,
    toned(stateOf(server), server.partitioned ? 'warn' : (tones[server.state] ?? 'dim')),
    ...(isLimited ? [freeBytes == null ? null : showBytes(freeBytes)] : []),
    `${server.host}:${server.port}`,
    rack ?? null,
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
          ['Kafka', cluster.kafkaVersion && `${cluster.kafkaVersion} (${modeOf(cluster)})`],
          ['bootstrap servers', cluster.bootstrapServers],
          [`ZooKeeper${zookeeperVersion === null ? '' : ` ${zookeeperVersion}`}`, cluster.zookeeperConnect],
          ['cluster id', cluster.clusterId],
          ...securityFacts(cluster),
        ],
      },
      {
        type: 'table',
        columns: [
          { header: 'server' },
          { header: 'state' },
          ...(isLimited ? [{ header: 'disk free', align: 'right' } as const] : []),
          { header: 'address' },
          { header: 'rack' },
          { header: 'pid', align: 'right' },
          { header: 'log' },
          { header: 'data', wide: true },
        ],
        rows: [
          ...zookeepers.map((server) =>
            row(server, `zookeeper ${server.id}${server.observer ? ' (observer)' : ''}`),
          ),
          ...controllers.map((server) => row(server, `controller ${server.id}`)),
          ...brokers.map((broker) => row(broker, `broker ${broker.id}`, broker)),
        ],
      },
    ],
    names: [cluster.name],
    special: {
      env: shellLines(environmentOf(cluster)),
      properties: propertiesText(cluster),
    },
  };
}

/** `running, cut off, clock +2h`. */
function stateOf({ state, partitioned, clockSkewMs }: LocalServer): string {
  const clock = `clock ${clockSkewMs < 0 ? '-' : '+'}${showDuration(Math.abs(clockSkewMs) / 1000)}`;
  return [state, ...(partitioned ? ['cut off'] : []), ...(clockSkewMs === 0 ? [] : [clock])].join(', ');
}

function modeOf({ mode }: { mode: LocalCluster['mode'] }): string {
  return mode === 'kraft' ? 'KRaft' : 'ZooKeeper';
}

function securityFacts({ security }: LocalCluster): Array<[string, Cell]> {
  if (!security) return [];
  const how = [
    security.protocol,
    security.mechanism,
    security.clientAuth && 'client certificates',
    security.authorizer && 'authorizer',
  ];
  return [
    ['security', how.filter(Boolean).join(', ')],
    ...security.users.map((user): [string, Cell] => [`client of ${user.name}`, user.propertiesFile]),
  ];
}

export function viewLocalEngine(engine: LocalEngine): View {
  const { kafkaVersion, zookeeperVersion, libs, jars, pinned } = engine;
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          kafkaVersion === null ? ['ZooKeeper', zookeeperVersion] : ['Kafka', kafkaVersion],
          ['mode', modeOf(engine)],
          ['jars', jars],
          ['checksums', pinned ? "kctl's own" : 'of the first fetch'],
          ['folder', libs],
        ],
      },
    ],
    names: [kafkaVersion ?? zookeeperVersion ?? ''],
  };
}
