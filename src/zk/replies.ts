import { type Answer, byText, type Integer } from './answer.js';

export interface Health {
  /** The server runs and answers; it says nothing of a quorum. */
  ok: true;
}

export interface ReadOnlyState {
  /** True while the server is cut off from its quorum and serves only reads. */
  readOnly: boolean;
}

export interface Digests {
  /** Digests of the whole tree at some of the last transactions; empty until there were 128. */
  digests: Array<{ zxid: string; digest: Integer }>;
}

export interface TraceMask {
  traceMask: Integer;
  traces: string[];
}

export interface Reset {
  /** The server's own words. */
  message: string;
}

/** Bits of the mask, from org.apache.zookeeper.server.ZooTrace. */
const traceBits = [
  'clientRequest',
  'clientDataPacket',
  'clientPing',
  'serverPacket',
  'session',
  'eventDelivery',
  'serverPing',
  'warning',
  'jmx',
];

export function parseRuok(answer: Answer): Health {
  return answer.text === 'imok' ? { ok: true } : answer.malformed('it is not imok');
}

export function parseIsro(answer: Answer): ReadOnlyState {
  if (answer.text !== 'ro' && answer.text !== 'rw') return answer.malformed('it is neither ro nor rw');
  return { readOnly: answer.text === 'ro' };
}

/** Parses `hash`, of ZooKeeper 3.6 or newer: `<zxid in hexadecimal>: <digest in decimal>`. */
export function parseHash(answer: Answer): Digests {
  const digests: Digests['digests'] = [];
  for (const line of answer.spoken) {
    const [, zxid, digest] = /^([0-9a-f]{1,16}): (-?\d{1,19})$/.exec(line) ?? [];
    if (zxid && digest) digests.push({ zxid: `0x${zxid}`, digest: answer.integer('digest', digest) });
    else answer.skip(line);
  }
  return { digests: digests.sort(byText(({ zxid }) => zxid.padStart(18, ' '))) };
}

/** Parses `gtmk`, and `stmk`, which says the mask that it has set. */
export function parseTraceMaskAnswer(answer: Answer): TraceMask {
  const traceMask = answer.integer('the trace mask', answer.text.trim());
  return { traceMask, traces: tracesOf(traceMask) };
}

export function tracesOf(traceMask: Integer): string[] {
  const bits = BigInt(traceMask);
  // The lowest bit is not used.
  return traceBits.filter((_, index) => bits & (2n << BigInt(index)));
}

export function parseReset(answer: Answer): Reset {
  const message = answer.text.trim();
  return /^\w+ stats reset\.$/.test(message) ? { message } : answer.malformed('it does not say it did');
}
