import { type Answer, byText, type Integer } from './answer.js';

/** A client's connection to a server, under the AdminServer's names. Without a session it has only the first five. */
export interface Connection {
  remoteSocketAddress: string;
  /** What the server waits for (java.nio's SelectionKey): 1 is reading, 4 writing; 0 while it serves a request. */
  interestOps: Integer;
  outstandingRequests: Integer;
  packetsReceived: Integer;
  packetsSent: Integer;
  sessionId?: string;
  sessionTimeoutMs?: Integer;
  /** Epoch milliseconds. */
  established?: Integer;
  lastOperation?: string;
  lastCxid?: string;
  lastZxid?: string;
  /** Milliseconds of a clock whose start only the server knows. */
  lastResponseTimeMs?: Integer;
  lastLatencyMs?: Integer;
  minLatencyMs?: Integer;
  avgLatencyMs?: Integer;
  maxLatencyMs?: Integer;
}

export interface Connections {
  connections: Connection[];
}

/** Parses `cons`. */
export function parseCons(answer: Answer): Connections {
  return { connections: parseConnectionLines(answer, answer.spoken) };
}

/** Parses ` /127.0.0.1:57288[1](queued=0,recved=7,sent=7,sid=0x1…,lop=EXIS,…)`, one a line; sorted by address. */
export function parseConnectionLines(answer: Answer, lines: string[]): Connection[] {
  return lines
    .flatMap((line) => {
      const connection = parseConnection(answer, line);
      if (!connection) answer.skip(line);
      return connection ?? [];
    })
    .sort(byText(({ remoteSocketAddress }) => remoteSocketAddress));
}

function parseConnection(answer: Answer, line: string): Connection | undefined {
  const match = /^ \/?(.+)\[(\d+)\]\(([^()]*)\)$/.exec(line);
  if (!match) return undefined;
  const [, remoteSocketAddress = '', interestOps, list = ''] = match;
  const fields = new Map(list.split(',').map((field) => field.split('=', 2) as [string, string]));
  const integer = (name: string) => answer.integer(name, fields.get(name));
  const brief = {
    remoteSocketAddress,
    interestOps: answer.integer('interestOps', interestOps),
    outstandingRequests: integer('queued'),
    packetsReceived: integer('recved'),
    packetsSent: integer('sent'),
  };
  const sessionId = fields.get('sid');
  if (sessionId === undefined) return brief;
  if (!/^0x[0-9a-f]{1,16}$/.test(sessionId)) return undefined;
  return {
    ...brief,
    sessionId,
    sessionTimeoutMs: integer('to'),
    established: integer('est'),
    ...optional('lastOperation', fields.get('lop')),
    ...optional('lastCxid', fields.get('lcxid')),
    ...optional('lastZxid', fields.get('lzxid')),
    lastResponseTimeMs: integer('lresp'),
    lastLatencyMs: integer('llat'),
    minLatencyMs: integer('minlat'),
    avgLatencyMs: integer('avglat'),
    maxLatencyMs: integer('maxlat'),
  };
}

function optional<Name extends string>(name: Name, value: string | undefined) {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}
