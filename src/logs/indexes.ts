import { BATCH, readInt64 } from '../protocol/records/batch.js';
import { crc32c } from '../protocol/records/crc32c.js';
import { fault } from './segment.js';
import type {
  AbortedTransactionEntry,
  Fault,
  OffsetIndexEntry,
  ProducerEntry,
  TimeIndexEntry,
} from './types.js';
import type { FileWindow } from './window.js';

/** Entries of one size each; brokers allocate index files ahead, so that zeros at the end are no entries. */
async function* slots(
  window: FileWindow,
  slotBytes: number,
): AsyncGenerator<{ at: number; bytes: Buffer } | Fault> {
  for (let at = 0; at + slotBytes <= window.size; at += slotBytes)
    yield { at, bytes: await window.at(at, slotBytes) };
  const rest = window.size % slotBytes;
  if (rest > 0) yield fault(window.size - rest, `${rest} bytes are left over, and an entry has ${slotBytes}`);
}

/** From offsets to positions (org.apache.kafka.storage.internals.log.OffsetIndex); offsets count from the segment's first. */
export async function* readOffsetIndex(
  window: FileWindow,
  baseOffset: number,
  segment: FileWindow | undefined,
): AsyncGenerator<OffsetIndexEntry | Fault> {
  let last = { offset: -1, position: -1 };
  for await (const slot of slots(window, 8)) {
    if ('entry' in slot) return yield slot;
    const relative = slot.bytes.readInt32BE(0);
    const position = slot.bytes.readInt32BE(4);
    if (relative === 0 && position === 0 && slot.at > 0) return;
    const entry: OffsetIndexEntry = { entry: 'offsetIndex', offset: baseOffset + relative, position };
    yield entry;
    if (relative < 0 || position < 0) return yield fault(slot.at, 'an entry is below zero');
    if (entry.offset <= last.offset || position <= last.position)
      yield fault(
        slot.at,
        `offset ${entry.offset} at ${position} comes behind ${last.offset} at ${last.position}`,
      );
    const wrong = segment && (await mismatch(segment, entry));
    if (wrong !== undefined) yield fault(slot.at, wrong);
    last = entry;
  }
}

/** Where an entry points there begins the batch that holds its offset, or one before it. */
async function mismatch(
  segment: FileWindow,
  { offset, position }: OffsetIndexEntry,
): Promise<string | undefined> {
  const bytes = await segment.at(position, BATCH.records);
  if (bytes.length <= BATCH.magic)
    return `offset ${offset} is said to be at ${position}, where the segment has ended`;
  const found = readInt64(bytes, BATCH.baseOffset);
  const magic = bytes.readInt8(BATCH.magic);
  if (magic >= 0 && magic <= 2 && found <= offset && bytes.readInt32BE(BATCH.batchLength) > 0)
    return undefined;
  return `offset ${offset} is said to be at ${position}, where the segment has no such batch`;
}

/** From times to offsets (TimeIndex). */
export async function* readTimeIndex(
  window: FileWindow,
  baseOffset: number,
): AsyncGenerator<TimeIndexEntry | Fault> {
  let last = { timestamp: -1, offset: -1 };
  for await (const slot of slots(window, 12)) {
    if ('entry' in slot) return yield slot;
    const timestamp = readInt64(slot.bytes, 0);
    const relative = slot.bytes.readInt32BE(8);
    if (timestamp === 0 && relative === 0) return;
    const entry: TimeIndexEntry = { entry: 'timeIndex', timestamp, offset: baseOffset + relative };
    yield entry;
    if (relative < 0 || timestamp < last.timestamp || entry.offset < last.offset)
      yield fault(
        slot.at,
        `time ${timestamp}, offset ${entry.offset} come behind ${last.timestamp}, ${last.offset}`,
      );
    last = entry;
  }
}

/** Aborted transactions (AbortedTxn, version 0). */
export async function* readTransactionIndex(
  window: FileWindow,
): AsyncGenerator<AbortedTransactionEntry | Fault> {
  for await (const slot of slots(window, 34)) {
    if ('entry' in slot) return yield slot;
    const version = slot.bytes.readInt16BE(0);
    if (version !== 0) return yield fault(slot.at, `an entry has the unknown version ${version}`);
    yield {
      entry: 'abortedTransaction',
      producerId: slot.bytes.readBigInt64BE(2),
      firstOffset: readInt64(slot.bytes, 10),
      lastOffset: readInt64(slot.bytes, 18),
      lastStableOffset: readInt64(slot.bytes, 26),
    };
  }
}

const snapshotHeaderBytes = 10;
const producerBytes = 46;
/** The checksum is over all of it, so all of it is read: 5 million producers. */
const mostSnapshotBytes = 256 * 1024 * 1024;

/** Producers (ProducerStateManager, version 1): version, CRC-32C of what follows it, a count, and the entries. */
export async function* readProducerState(window: FileWindow): AsyncGenerator<ProducerEntry | Fault> {
  const header = await window.at(0, snapshotHeaderBytes);
  if (header.length < snapshotHeaderBytes) return yield fault(0, 'the file ends in its header');
  const version = header.readInt16BE(0);
  const crc = header.readUInt32BE(2);
  const count = header.readInt32BE(6);
  if (version !== 1) return yield fault(0, `it has the unknown version ${version}`);
  if (count !== (window.size - snapshotHeaderBytes) / producerBytes || window.size > mostSnapshotBytes)
    return yield fault(6, `it counts ${count} producers in ${window.size} bytes`);
  const whole = await window.at(0, window.size);
  if (crc32c(whole.subarray(6)) !== crc) yield fault(2, 'the file fails its checksum');
  for (let index = 0; index < count; index++) {
    const at = snapshotHeaderBytes + index * producerBytes;
    const bytes = whole.subarray(at, at + producerBytes);
    yield {
      entry: 'producer',
      producerId: bytes.readBigInt64BE(0),
      producerEpoch: bytes.readInt16BE(8),
      lastSequence: bytes.readInt32BE(10),
      lastOffset: readInt64(bytes, 14),
      offsetDelta: bytes.readInt32BE(22),
      timestamp: readInt64(bytes, 26),
      coordinatorEpoch: bytes.readInt32BE(34),
      currentTransactionFirstOffset: readInt64(bytes, 38),
    };
  }
}
