import type { Codec } from '../protocol/compression.js';

/** What one entry of a file of a log is; one document each (`LogEntry`). int64 values that may pass 2^53 are bigint. */
export type LogEntry =
  | BatchEntry
  | ControlEntry
  | OffsetIndexEntry
  | TimeIndexEntry
  | AbortedTransactionEntry
  | ProducerEntry
  | Fault
  | FileSummary;

/** A record batch, or a message set of formats 0 and 1, where it lies in its segment. */
export interface BatchEntry {
  entry: 'batch';
  position: number;
  sizeBytes: number;
  baseOffset: number;
  lastOffset: number;
  /** Null in formats before v2, whose packed records are not counted. */
  count: number | null;
  magic: number;
  compression: Codec | null;
  /** Of the newest record, or set by the broker; -1 for none. */
  timestamp: number;
  timestampType: 'CreateTime' | 'LogAppendTime';
  partitionLeaderEpoch: number;
  producerId: bigint;
  producerEpoch: number;
  baseSequence: number;
  lastSequence: number;
  isTransactional: boolean;
  isControl: boolean;
  /** Of a cleaned batch, when its tombstones may go (KIP-534). */
  deleteHorizonMs: number | null;
  crc: number;
  valid: boolean;
}

/** A marker of a transaction's end, or what KRaft writes between the records. */
export interface ControlEntry {
  entry: 'control';
  offset: number;
  timestamp: number;
  type: string;
  data: unknown;
}

export interface OffsetIndexEntry {
  entry: 'offsetIndex';
  offset: number;
  position: number;
}

export interface TimeIndexEntry {
  entry: 'timeIndex';
  timestamp: number;
  offset: number;
}

export interface AbortedTransactionEntry {
  entry: 'abortedTransaction';
  producerId: bigint;
  firstOffset: number;
  lastOffset: number;
  lastStableOffset: number;
}

/** What a broker knows of an idempotent producer when a segment begins. */
export interface ProducerEntry {
  entry: 'producer';
  producerId: bigint;
  producerEpoch: number;
  coordinatorEpoch: number;
  lastSequence: number;
  lastOffset: number;
  offsetDelta: number;
  timestamp: number;
  /** -1 outside of a transaction. */
  currentTransactionFirstOffset: number;
}

/** What is wrong, and where. */
export interface Fault {
  entry: 'fault';
  position: number;
  problem: string;
}

export type FileKind = 'segment' | 'offsetIndex' | 'timeIndex' | 'transactionIndex' | 'producerState';

/** The last entry of each file. */
export interface FileSummary {
  entry: 'summary';
  fileKind: FileKind;
  sizeBytes: number;
  entries: number;
  /** Records of a segment, as its batches count them. */
  records: number;
  faults: number;
}
