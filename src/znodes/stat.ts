import { isUtf8 } from 'node:buffer';
import { formatSessionId } from '../cluster/zookeeper/session.js';
import type { StatRecord } from '../protocol/zookeeper/operations.js';
import type { JsonData, ZnodeStat } from './types.js';

export function readStat(record: StatRecord): ZnodeStat {
  return {
    ...readOwner(record.ephemeralOwner),
    czxid: formatSessionId(record.czxid),
    mzxid: formatSessionId(record.mzxid),
    pzxid: formatSessionId(record.pzxid),
    ctime: Number(record.ctime),
    mtime: Number(record.mtime),
    version: record.version,
    cversion: record.cversion,
    aversion: record.aversion,
    dataLength: record.dataLength,
    numChildren: record.numChildren,
  };
}

/** Servers hide from clients which znodes are containers or have a TTL (DataNode.getClientEphemeralOwner). */
function readOwner(owner: bigint): Pick<ZnodeStat, 'type' | 'ephemeralOwner'> {
  return owner === 0n
    ? { type: 'persistent' }
    : { type: 'ephemeral', ephemeralOwner: formatSessionId(owner) };
}

export function jsonData(bytes: Buffer | null): JsonData {
  if (bytes === null) return { data: null };
  if (isUtf8(bytes)) return { data: bytes.toString() };
  return { data: bytes.toString('base64'), dataEncoding: 'base64' };
}

export function bytesOf({ data, dataEncoding }: JsonData): Buffer | null {
  return data === null ? null : Buffer.from(data, dataEncoding ?? 'utf8');
}
