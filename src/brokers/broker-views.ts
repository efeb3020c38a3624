import { formatAddress } from '../base/address.js';
import type { Cell, Column, Section, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { ApiVersionsList } from './api-versions.js';
import type { StopCheck } from './can-stop.js';
import type { ClusterCheck } from './check.js';
import type { BrokerDescriptionList } from './describe.js';
import type { FeatureChangeList, FeatureList } from './features.js';
import type { BrokerList, BrokerSummary } from './list.js';
import type { QuorumDescription } from './quorum.js';
import type { BrokerUnregistration } from './unregister.js';
import type { VoterChange } from './voters.js';
import type { ClusterWait } from './wait.js';

const right = (header: string): Column => ({ header, align: 'right' });

export function viewBrokers({ items }: BrokerList): View {
  const columns: Column[] = [
    right('broker'),
    { header: 'state' },
    { header: 'address' },
    { header: 'rack' },
    { header: 'release' },
    { header: 'controller' },
    right('replicas'),
    right('leaders'),
    right('out of sync'),
    { ...right('leaders elsewhere'), wide: true },
  ];
  const rows = items.map((broker) => [
    broker.id,
    broker.state === 'alive' ? toned('alive', 'good') : toned('away', 'bad'),
    addressOf(broker),
    broker.rack,
    broker.kafkaRelease,
    broker.controller ? toned('yes', 'strong') : 'no',
    broker.replicas,
    broker.leaders,
    broker.outOfSync > 0 ? toned(broker.outOfSync, 'warn') : 0,
    broker.leadersElsewhere,
  ]);
  return { sections: [{ type: 'table', columns, rows }], names: items.map(({ id }) => String(id)) };
}

function addressOf({ host, port }: BrokerSummary): Cell {
  return host === null || port === null ? null : formatAddress({ host, port });
}

export function viewBrokerDescriptions({ items }: BrokerDescriptionList): View {
  const sections = items.flatMap((broker): Section[] => {
    const configs = Object.entries(broker.configs ?? {}).map(([key, value]) => `${key}=${value ?? ''}`);
    const facts: Array<[string, Cell]> = [
      ['state', broker.state === 'alive' ? toned('alive', 'good') : toned('away', 'bad')],
      ['address', addressOf(broker)],
      ['rack', broker.rack],
      ['release', broker.kafkaRelease],
      ['controller', broker.controller ? 'yes' : 'no'],
      ['replicas', broker.replicas],
      ['leaders', broker.leaders],
      ['leaders elsewhere', broker.leadersElsewhere],
      ['out of sync', broker.outOfSync],
      ['configurations', configs.join(' ') || null],
    ];
    const rows = broker.logDirs.map(({ path, replicas, sizeBytes, totalBytes, usableBytes }) => [
      broker.id,
      path,
      replicas,
      sizeBytes,
      totalBytes,
      usableBytes,
    ]);
    return [
      { type: 'facts', title: `broker ${broker.id}`, facts, forPeople: true },
      { type: 'table', columns: dirColumns, rows },
    ];
  });
  return { sections, names: items.map(({ id }) => String(id)) };
}

const dirColumns: Column[] = [
  right('broker'),
  { header: 'directory' },
  right('replicas'),
  right('bytes'),
  right('volume bytes'),
  right('usable bytes'),
];

export function viewApiVersions({ items }: ApiVersionsList): View {
  const columns: Column[] = [
    right('broker'),
    right('key'),
    { header: 'api' },
    right('from'),
    right('to'),
    right('used'),
  ];
  const rows = items.flatMap(({ broker, apis }) =>
    apis.map(({ key, name, minVersion, maxVersion, usedVersion }) => [
      broker,
      key,
      name,
      minVersion,
      maxVersion,
      usedVersion,
    ]),
  );
  return {
    sections: [{ type: 'table', columns, rows }],
    names: items.map(({ broker }) => String(broker)),
  };
}

export function viewCheck({ items }: ClusterCheck): View {
  const columns: Column[] = [
    { header: 'check' },
    { header: 'subject' },
    { header: 'finding' },
    { header: 'what to do' },
  ];
  const rows = items.map(({ check, subject, message, todo }) => [
    toned(check, 'bad'),
    subject,
    message,
    todo,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'All checks hold.' }],
    names: items.map(({ check, subject }) => `${check} ${subject}`),
  };
}

export function viewStopCheck({ items, broker, canStop, checkedPartitions }: StopCheck): View {
  const columns: Column[] = [
    { header: 'subject' },
    { header: 'why not' },
    right('remaining'),
    right('needed'),
  ];
  const rows = items.map(({ subject, message, remaining, needed }) => [subject, message, remaining, needed]);
  const whenEmpty = `Broker ${broker} can be stopped: its ${checkedPartitions} partitions stay in sync.`;
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty }],
    names: canStop ? [String(broker)] : [],
  };
}

export function viewWait(state: ClusterWait): View {
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['brokers alive', state.aliveBrokers.join(', ')],
          ['under-replicated partitions', state.underReplicatedPartitions],
          ['partitions without a leader', state.offlinePartitions],
          ['waited', `${state.waitedMs} ms`],
        ],
      },
    ],
    names: state.aliveBrokers.map(String),
  };
}

export function viewFeatures({ items }: FeatureList): View {
  const columns: Column[] = [{ header: 'feature' }, right('finalized'), right('supported')];
  const rows = items.map(({ name, finalizedLevel, supportedLevels }) => [
    name,
    finalizedLevel,
    supportedLevels?.join('-') ?? null,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No features.' }],
    names: items.map(({ name }) => name),
  };
}

export function viewFeatureChanges({ items, validatedBy }: FeatureChangeList): View {
  const columns: Column[] = [{ header: 'feature' }, right('before'), right('after'), { header: 'result' }];
  const rows = items.map(({ name, before, after, result }) => [
    name,
    before,
    after,
    resultOf(result, validatedBy),
  ]);
  return { sections: [{ type: 'table', columns, rows }], names: items.map(({ name }) => name) };
}

export function viewQuorum(quorum: QuorumDescription): View {
  const columns: Column[] = [
    right('id'),
    { header: 'role' },
    right('log end'),
    right('lag'),
    { header: 'last caught up' },
    { header: 'endpoints' },
    { header: 'directory id' },
  ];
  const rows = quorum.replicas.map((replica) => [
    replica.id,
    replica.role === 'leader' ? toned('leader', 'strong') : replica.role,
    replica.logEndOffset,
    replica.lag,
    replica.lastCaughtUpTimestampMs === null ? null : new Date(replica.lastCaughtUpTimestampMs).toISOString(),
    replica.endpoints.join(' ') || null,
    replica.directoryId,
  ]);
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['cluster id', quorum.clusterId],
          ['leader', quorum.leaderId ?? toned('none', 'bad')],
          ['leader epoch', quorum.leaderEpoch],
          ['high watermark', quorum.highWatermark],
        ],
      },
      { type: 'table', columns, rows },
    ],
    names: quorum.replicas.map(({ id, directoryId }) => (directoryId ? `${id}@${directoryId}` : String(id))),
  };
}

export function viewVoterChange({ id, directoryId, result, validatedBy }: VoterChange): View {
  const facts: Array<[string, Cell]> = [
    ['voter', `${id}@${directoryId}`],
    ['result', resultOf(result, validatedBy)],
  ];
  return { sections: [{ type: 'facts', facts }], names: [String(id)] };
}

export function viewUnregistration({ broker, result, replicas, validatedBy }: BrokerUnregistration): View {
  const facts: Array<[string, Cell]> = [
    ['broker', broker],
    ['result', resultOf(result, validatedBy)],
    ['replicas assigned to it', replicas],
  ];
  return { sections: [{ type: 'facts', facts }], names: [String(broker)] };
}

function resultOf(result: string, validatedBy: string | undefined): string {
  return validatedBy ? `${result} (dry run, checked by the ${validatedBy})` : result;
}
