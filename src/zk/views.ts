import type { Cell, Column, FactsSection, Section, TableSection } from '../render/view.js';
import { toned } from '../render/view.js';
import type { Integer } from './answer.js';
import type { Connections } from './connections.js';
import type { Digests, Health, ReadOnlyState, Reset, TraceMask } from './replies.js';
import type { ServerStatus, ServerStatusWithConnections } from './server.js';
import type { SessionDump, WatchesByPath, WatchesBySession, WatchSummary } from './sessions.js';
import type { Configuration, DirectorySizes, Environment, Metrics } from './settings.js';

export function serverStatus(status: ServerStatus): Section[] {
  const { latencyMs, proposalSizes, mode } = status;
  const isPartial = mode === 'read-only' || mode === 'serving';
  return told([
    ['mode', toned(mode, isPartial ? 'warn' : 'good')],
    ['version', status.zookeeperVersion],
    ['zxid', status.zxid],
    ['znodes', status.znodeCount],
    ['connections', status.connectionCount],
    ['received', status.packetsReceived],
    ['sent', status.packetsSent],
    ['outstanding', status.outstandingRequests],
    ['latency min/avg/max', latencyMs && `${latencyMs.min}/${latencyMs.avg}/${latencyMs.max} ms`],
    [
      'proposal last/min/max',
      proposalSizes && `${proposalSizes.last}/${proposalSizes.min}/${proposalSizes.max} bytes`,
    ],
  ]);
}

export function serverStatusWithConnections(status: ServerStatusWithConnections): Section[] {
  if (!status.connections) return serverStatus(status);
  const columns = [{ header: 'client' }, right('outstanding'), right('received'), right('sent')];
  const rows = status.connections.map((connection) => [
    connection.remoteSocketAddress,
    connection.outstandingRequests,
    connection.packetsReceived,
    connection.packetsSent,
  ]);
  return [...serverStatus(status), table(columns, rows, 'No connections.')];
}

export function connections({ connections }: Connections): Section[] {
  const columns = [
    { header: 'client' },
    { header: 'session' },
    right('timeout ms'),
    right('outstanding'),
    right('received'),
    right('sent'),
    { header: 'last operation' },
    right('avg ms'),
    right('max ms'),
    { header: 'established', wide: true },
    { header: 'last cxid', wide: true },
    { header: 'last zxid', wide: true },
    { ...right('last ms'), wide: true },
    { ...right('min ms'), wide: true },
  ];
  const rows = connections.map((connection) => [
    connection.remoteSocketAddress,
    connection.sessionId ?? null,
    connection.sessionTimeoutMs ?? null,
    connection.outstandingRequests,
    connection.packetsReceived,
    connection.packetsSent,
    connection.lastOperation ?? null,
    connection.avgLatencyMs ?? null,
    connection.maxLatencyMs ?? null,
    connection.established === undefined ? null : timeOf(connection.established),
    connection.lastCxid ?? null,
    connection.lastZxid ?? null,
    connection.lastLatencyMs ?? null,
    connection.minLatencyMs ?? null,
  ]);
  return [table(columns, rows, 'No connections.')];
}

export function sessionDump({ connections, ephemerals, sessions }: SessionDump): Section[] {
  const sections: Section[] = [
    {
      ...table(
        [{ header: 'session' }, { header: 'expires' }, right('timeout ms')],
        sessions.map(({ expires, sessionId, timeoutMs }) => [sessionId, expires ?? null, timeoutMs ?? null]),
        'No sessions.',
      ),
      title: 'sessions',
    },
    {
      ...table(
        [{ header: 'session' }, { header: 'ephemeral znode' }],
        ephemerals.flatMap(({ paths, sessionId }) => paths.map((path) => [sessionId, path])),
        'No ephemeral znodes.',
      ),
      title: 'ephemerals',
    },
  ];
  if (!connections) return sections;
  const columns = [{ header: 'client' }, { header: 'session' }, { header: 'expires' }];
  const rows = connections.map(({ expires, remoteSocketAddress, sessionId }) => [
    remoteSocketAddress,
    sessionId,
    expires ?? null,
  ]);
  return [...sections, { ...table(columns, rows, 'No connections.'), title: 'connections' }];
}

export function watchSummary({ connectionCount, pathCount, watchCount }: WatchSummary): Section[] {
  return facts([
    ['watches', watchCount],
    ['paths', pathCount],
    ['connections', connectionCount],
  ]);
}

export function watchesBySession({ sessions }: WatchesBySession): Section[] {
  const rows = sessions.flatMap(({ paths, sessionId }) => paths.map((path) => [sessionId, path]));
  return [table([{ header: 'session' }, { header: 'path' }], rows, 'No watches.')];
}

export function watchesByPath({ paths }: WatchesByPath): Section[] {
  const rows = paths.flatMap(({ path, sessionIds }) => sessionIds.map((sessionId) => [path, sessionId]));
  return [table([{ header: 'path' }, { header: 'session' }], rows, 'No watches.')];
}

export function metrics({ metrics }: Metrics): Section[] {
  return [table([{ header: 'metric' }, { header: 'value' }], Object.entries(metrics), 'No metrics.')];
}

export function configuration({ membership, settings }: Configuration): Section[] {
  const members = membership?.servers.map(({ definition, id }) => fact(`server.${id}`, definition)) ?? [];
  const version = membership?.version === undefined ? [] : [fact('version', membership.version)];
  return facts([...Object.entries(settings), ...members, ...version]);
}

export function environment({ environment }: Environment): Section[] {
  return facts(Object.entries(environment));
}

export function directorySizes({ datadirSizeBytes, logdirSizeBytes }: DirectorySizes): Section[] {
  return facts([
    ['snapshots', `${datadirSizeBytes} bytes`],
    ['transaction logs', `${logdirSizeBytes} bytes`],
  ]);
}

export function health(_: Health): Section[] {
  return facts([['state', toned('imok', 'good')]]);
}

export function readOnlyState({ readOnly }: ReadOnlyState): Section[] {
  return facts([['serves', readOnly ? toned('reads only', 'warn') : toned('reads and writes', 'good')]]);
}

export function digests({ digests }: Digests): Section[] {
  const rows = digests.map(({ digest, zxid }) => [zxid, digest]);
  return [
    table([{ header: 'zxid' }, right('digest')], rows, 'No digests yet: there is one each 128 transactions.'),
  ];
}

export function traceMask({ traceMask, traces }: TraceMask): Section[] {
  return facts([
    ['trace mask', traceMask],
    ['traces', traces.join(', ') || null],
  ]);
}

export function reset({ message }: Reset): Section[] {
  return facts([['result', message]]);
}

function facts(facts: FactsSection['facts']): FactsSection[] {
  return [{ type: 'facts', facts }];
}

/** The facts that there are. */
function told(list: Array<[label: string, value: Cell | undefined]>): FactsSection[] {
  return facts(list.flatMap(([label, value]) => (value === undefined ? [] : [fact(label, value)])));
}

function fact(label: string, value: Cell): [label: string, value: Cell] {
  return [label, value];
}

function table(columns: Column[], rows: Cell[][], whenEmpty: string): TableSection {
  return { type: 'table', columns, rows, whenEmpty };
}

function right(header: string): Column {
  return { header, align: 'right' };
}

/** Epoch milliseconds as RFC 3339; as they are where they are no time. */
function timeOf(epochMs: Integer): string {
  const date = new Date(Number(epochMs));
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
