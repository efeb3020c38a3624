import { renderJson } from '../base/json.js';
import type { OutputBuffer } from '../records/format-output.js';
import type { LogFile } from './files.js';
import type { BatchEntry, LogEntry } from './types.js';

/** A document a line. */
export function printJson(entry: LogEntry, { path }: LogFile, _isFirst: boolean, out: OutputBuffer): void {
  const { entry: what, ...fields } = entry;
  out.appendText(`${renderJson({ kind: 'LogEntry', version: 1, file: path, entry: what, ...fields }, 0)}\n`);
}

/** For people: the name of the file, what the columns are, and a line an entry. */
export function printText(entry: LogEntry, file: LogFile, isFirst: boolean, out: OutputBuffer): void {
  if (isFirst) out.appendText(`${file.path}\n`);
  if (isFirst && entry.entry !== 'summary') out.appendText(`${headerOf(entry)}\n`);
  out.appendText(`${lineOf(entry)}\n`);
}

const batchColumns = [-21, 8, 11, 9, -7, -24, 6];
const columns = (cells: Array<string | number | bigint>, widths: number[]): string =>
  cells
    .map((cell, index) => {
      const width = widths[index] ?? 0;
      return width < 0 ? String(cell).padEnd(-width) : String(cell).padStart(width);
    })
    .join('  ')
    .trimEnd();

function headerOf({ entry }: LogEntry): string {
  switch (entry) {
    case 'batch':
      return columns(
        ['OFFSETS', 'RECORDS', 'POSITION', 'BYTES', 'CODEC', 'NEWEST RECORD', 'EPOCH', 'PRODUCER'],
        batchColumns,
      );
    case 'offsetIndex':
      return columns(['OFFSET', 'POSITION'], [12, 11]);
    case 'timeIndex':
      return columns(['TIME', 'OFFSET'], [-24, 12]);
    case 'abortedTransaction':
      return columns(['PRODUCER', 'FIRST OFFSET', 'LAST OFFSET', 'LAST STABLE OFFSET'], [10, 12, 12, 18]);
    case 'producer':
      return columns(
        [
          'PRODUCER',
          'EPOCH',
          'LAST SEQUENCE',
          'LAST OFFSET',
          'LAST RECORD',
          'COORDINATOR EPOCH',
          'TRANSACTION SINCE',
        ],
        [10, 6, 13, 12, -24, 17, 17],
      );
    default:
      return '';
  }
}

function lineOf(entry: LogEntry): string {
  switch (entry.entry) {
    case 'batch':
      return batchLine(entry);
    case 'control':
      return `  | ${entry.offset}  ${timeOf(entry.timestamp)}  ${entry.type}  ${renderJson(entry.data, 0)}`;
    case 'offsetIndex':
      return columns([entry.offset, entry.position], [12, 11]);
    case 'timeIndex':
      return columns([timeOf(entry.timestamp), entry.offset], [-24, 12]);
    case 'abortedTransaction':
      return columns(
        [entry.producerId, entry.firstOffset, entry.lastOffset, entry.lastStableOffset],
        [10, 12, 12, 18],
      );
    case 'producer':
      return columns(
        [
          ...[entry.producerId, entry.producerEpoch, entry.lastSequence, entry.lastOffset],
          ...[timeOf(entry.timestamp), entry.coordinatorEpoch],
          entry.currentTransactionFirstOffset < 0 ? '-' : entry.currentTransactionFirstOffset,
        ],
        [10, 6, 13, 12, -24, 17, 17],
      );
    case 'fault':
      return `FAULT ${entry.position < 0 ? '' : `at byte ${entry.position}: `}${entry.problem}`;
    case 'summary': {
      const { entries, sizeBytes, faults, records, fileKind } = entry;
      const counted =
        fileKind === 'segment' ? `batches: ${entries}, records: ${records}` : `entries: ${entries}`;
      return `${counted}, bytes: ${sizeBytes}, faults: ${faults}\n`;
    }
  }
}

function batchLine(batch: BatchEntry): string {
  const { baseOffset, lastOffset, count, position, sizeBytes, magic, producerId, producerEpoch } = batch;
  const flags = [
    ...(magic < 2 ? [`format ${magic}`] : []),
    ...(producerId >= 0n ? [`${producerId} epoch ${producerEpoch}`] : []),
    ...(batch.baseSequence >= 0 ? [`sequence ${batch.baseSequence}-${batch.lastSequence}`] : []),
    ...(batch.isTransactional ? ['transactional'] : []),
    ...(batch.isControl ? ['control'] : []),
  ].join(', ');
  return columns(
    [
      ...[`${baseOffset}-${lastOffset}`, count ?? '-', position, sizeBytes],
      ...[batch.compression ?? 'unknown', timeOf(batch.timestamp), batch.partitionLeaderEpoch, flags],
    ],
    batchColumns,
  );
}

/** A time that no calendar has stays a number. */
function timeOf(timestampMs: number): string {
  if (timestampMs < 0) return '-';
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? String(timestampMs) : time.toISOString();
}
