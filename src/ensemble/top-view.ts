import { type Cell, type Column, toned, type View } from '../render/view.js';
import type { EnsembleTop, TopClient, TopServer } from './top.js';
import { stateOf } from './views.js';

export const topColumns = [
  'requests',
  'latency',
  'max',
  'outstanding',
  'connections',
  'watches',
  'name',
] as const;
export type TopColumn = (typeof topColumns)[number];

export interface TopOrder {
  sort: TopColumn;
  reversed: boolean;
}

/** How the screen of `zk top` stands. */
export interface TopState extends TopOrder {
  paused: boolean;
}

/** Pure: what a key does; undefined when it ends the display. */
export function pressKey(state: TopState, key: string): TopState | undefined {
  if (key === 'q' || key === 'Q') return undefined;
  if (key === ' ' || key === 'p') return { ...state, paused: !state.paused };
  if (key === 'i') return { ...state, reversed: !state.reversed };
  const sort = topColumns.find((column) => column.startsWith(key));
  return sort ? { ...state, sort } : state;
}

export const keysInWords = `q quit, space pause, i invert, sort by ${topColumns.map(markKey).join(' ')}`;

function markKey(column: TopColumn): string {
  return `[${column.slice(0, 1)}]${column.slice(1)}`;
}

/** Pure: the largest first, names in their own order; what is not known comes last. */
export function sortTop(top: EnsembleTop, order: TopOrder): EnsembleTop {
  const sorted = <Row extends TopServer | TopClient>(rows: Row[], nameOf: (row: Row) => string): Row[] =>
    [...rows].sort((a, b) => {
      const byValue = compareValues(rankOf(a, order.sort), rankOf(b, order.sort), order.reversed);
      const byName = nameOf(a) < nameOf(b) ? -1 : 1;
      return byValue || (order.sort === 'name' && order.reversed ? -byName : byName);
    });
  return {
    ...top,
    servers: sorted(top.servers, ({ server }) => server),
    clients: sorted(top.clients, ({ client }) => client),
  };
}

function compareValues(a: number | undefined, b: number | undefined, reversed: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return reversed ? a - b : b - a;
}

function rankOf(row: TopServer | TopClient, sort: TopColumn): number | undefined {
  switch (sort) {
    case 'requests':
      return row.requestsPerSec ?? undefined;
    case 'latency':
      return row.latencyMs?.avg;
    case 'max':
      return row.latencyMs?.max;
    case 'outstanding':
      return row.outstandingRequests;
    case 'connections':
      return 'connectionCount' in row ? row.connectionCount : undefined;
    case 'watches':
      return row.watchCount;
    case 'name':
      return undefined;
  }
}

/**
 * Pure: servers and clients, sorted.
 * @param maxClients leaves out the clients after so many, and says how many these are
 */
export function viewTop(top: EnsembleTop, order: TopOrder, maxClients = Number.POSITIVE_INFINITY): View {
  const { clients, servers, timestamp } = sortTop(top, order);
  const inverted = order.reversed ? ', inverted' : '';
  const shown = clients.slice(0, Math.max(0, maxClients));
  const more = clients.length - shown.length;
  return {
    sections: [
      {
        type: 'text',
        text: `${new Date(timestamp).toISOString()}  ${count(servers.length, 'server')}, ${count(clients.length, 'client')}, by ${order.sort}${inverted}`,
      },
      { type: 'table', columns: serverColumns, rows: servers.map(serverRow) },
      { type: 'table', columns: clientColumns, rows: shown.map(clientRow), whenEmpty: 'No clients.' },
      ...(more > 0 ? [{ type: 'text' as const, text: `${more} more` }] : []),
    ],
    names: servers.map(({ server }) => server),
  };
}

/** Lines of a screen that are not clients': the first, the servers with their header, headers and empty lines. */
export function linesAround({ servers }: EnsembleTop): number {
  return servers.length + 7;
}

const numbers = ['requests/s', 'avg ms', 'max ms', 'outstanding'].map(right);
const serverColumns: Column[] = [
  { header: 'server' },
  { header: 'state' },
  ...numbers,
  right('connections'),
  right('watches'),
  right('znodes'),
];
const clientColumns: Column[] = [
  { header: 'client' },
  { header: 'server' },
  ...numbers,
  right('watches'),
  { header: 'last operation' },
  { header: 'session', wide: true },
];

function serverRow(row: TopServer): Cell[] {
  return [
    row.server,
    stateOf(row),
    ...numbersOf(row),
    row.connectionCount ?? null,
    row.watchCount ?? null,
    row.znodeCount ?? null,
  ];
}

function clientRow(row: TopClient): Cell[] {
  return [
    row.client,
    row.server,
    ...numbersOf(row),
    row.watchCount ?? null,
    row.lastOperation ?? null,
    row.sessionId,
  ];
}

function numbersOf({ latencyMs, outstandingRequests, requestsPerSec }: TopServer | TopClient): Cell[] {
  const waiting = outstandingRequests ?? null;
  return [
    requestsPerSec,
    latencyMs?.avg ?? null,
    latencyMs?.max ?? null,
    waiting !== null && waiting > 0 ? toned(waiting, 'warn') : waiting,
  ];
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}

function right(header: string): Column {
  return { header, align: 'right' };
}
