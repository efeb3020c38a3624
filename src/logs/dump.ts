import { open } from 'node:fs/promises';
import { ExitCode, KctlError } from '../base/errors.js';
import { freeNativeMemory, isNativeMemoryDue } from '../protocol/native-memory.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import { controlRecords, controlTypes } from '../protocol/stored/control.js';
import { decodeControl } from '../protocol/stored/stored-record.js';
import type { Codecs } from '../records/codecs/codec.js';
import { decodedBefore } from '../records/codecs/decode.js';
import type { RecordFormatter, RecordOrigin } from '../records/format.js';
import { OutputBuffer } from '../records/format-output.js';
import { cannotRead, type LogFile } from './files.js';
import { readOffsetIndex, readProducerState, readTimeIndex, readTransactionIndex } from './indexes.js';
import { type ReadBatch, readSegment, recordFault } from './segment.js';
import type { Fault, FileSummary, LogEntry } from './types.js';
import { FileWindow } from './window.js';

export interface DumpRequest {
  files: readonly LogFile[];
  /** Records too, of segments. */
  deep: boolean;
  /** Everything is read and checked, and only faults and summaries are printed. */
  verify: boolean;
  /** Of the records of a file. */
  codecsOf(file: LogFile): Promise<Codecs>;
  /** Appends an entry; `isFirst` of its file. */
  print(entry: LogEntry, file: LogFile, isFirst: boolean, out: OutputBuffer): void;
  format: RecordFormatter;
  /** What does not decode is written as JSON's base64. */
  asJson: boolean;
}

export interface DumpSink {
  write(chunk: Uint8Array): Promise<void>;
  /** Aborted when nobody reads any more. */
  readonly closed: AbortSignal;
}

const chunkBytes = 128 * 1024;

/**
 * Prints what is in files of a broker's log, one entry after another, in memory that does not grow.
 * @throws KctlError exit 5, which names the first fault, when there was any
 */
export async function dumpFiles(request: DumpRequest, sink: DumpSink, stop: AbortSignal): Promise<void> {
  const dump = new Dump(request, sink, AbortSignal.any([stop, sink.closed]));
  for (const file of request.files) await dump.file(file);
  await dump.flush();
  if (dump.faults === 0 || sink.closed.aborted) return;
  const others = dump.faults === 1 ? '' : `, and ${dump.faults - 1} more`;
  throw new KctlError(`${dump.firstFault}${others}`, {
    code: 'CORRUPT_FILE',
    exitCode: ExitCode.checkFailed,
  });
}

class Dump {
  faults = 0;
  firstFault = '';
  readonly #out = new OutputBuffer();
  #isFirst = true;

  constructor(
    private readonly request: DumpRequest,
    private readonly sink: DumpSink,
    private readonly stop: AbortSignal,
  ) {}

  async file(file: LogFile): Promise<void> {
    if (this.stop.aborted) return;
    const handle = await openFile(file.path);
    try {
      const window = await FileWindow.of(handle);
      const { kind: fileKind } = file;
      const summary: FileSummary = {
        ...{ entry: 'summary', fileKind, sizeBytes: window.size, entries: 0, records: 0, faults: 0 },
      };
      this.#isFirst = true;
      if (fileKind === 'segment') await this.#segment(file, window, summary);
      else await this.#index(file, window, summary);
      if (!this.stop.aborted) this.#print(summary, file);
    } finally {
      await handle.close();
    }
  }

  async flush(): Promise<void> {
    if (this.#out.length === 0) return;
    await this.sink.write(this.#out.content);
    this.#out.clear();
  }

  async #index(file: LogFile, window: FileWindow, summary: FileSummary): Promise<void> {
    const log = file.kind === 'offsetIndex' ? await open(file.segment).catch(() => undefined) : undefined;
    try {
      const entries =
        file.kind === 'offsetIndex'
          ? readOffsetIndex(window, file.baseOffset, log && (await FileWindow.of(log)))
          : file.kind === 'timeIndex'
            ? readTimeIndex(window, file.baseOffset)
            : file.kind === 'transactionIndex'
              ? readTransactionIndex(window)
              : readProducerState(window);
      for await (const entry of entries) {
        if (this.stop.aborted) return;
        await this.#take(entry, file, summary);
      }
    } finally {
      await log?.close();
    }
  }

  async #segment(file: LogFile, window: FileWindow, summary: FileSummary): Promise<void> {
    const { deep, request } = { deep: this.request.deep, request: this.request };
    const format = deep ? this.#formatOf(file, await request.codecsOf(file), summary) : undefined;
    const origin = {
      topic: file.topic ?? file.path,
      partition: file.partition ?? 0,
      consumer: '',
      group: '',
    };
    for await (const read of readSegment(window)) {
      if (this.stop.aborted) return;
      if ('entry' in read) {
        await this.#take(read, file, summary);
        continue;
      }
      summary.records += Math.max(0, read.batch.count ?? 0);
      await this.#take(read.batch, file, summary);
      if (format && read.batch.valid) await this.#records(read, { file, summary, format, origin });
    }
  }

  async #records({ batch, bytes }: ReadBatch, { file, summary, format, origin }: RecordsOf): Promise<void> {
    const cursor = new RecordCursor(bytes, { all: true, verifyCrc: false });
    while (cursor.next()) {
      if (isNativeMemoryDue()) await freeNativeMemory();
      if (cursor.isControl) await this.#take(controlOf(cursor, batch.position), file, summary);
      else if (!this.request.verify) format(cursor, origin, this.#out);
      if (this.#out.length >= chunkBytes) await this.flush();
      if (this.stop.aborted) return;
    }
    if (cursor.error) await this.#take(recordFault(batch.position, cursor.error), file, summary);
  }

  #formatOf(file: LogFile, codecs: Codecs, summary: FileSummary): RecordFormatter {
    return decodedBefore(this.request.format, codecs, {
      asJson: this.request.asJson,
      onUndecodable: ({ offset }, _, { message }) => {
        this.#fault({ entry: 'fault', position: -1, problem: `offset ${offset}: ${message}` }, file, summary);
      },
    });
  }

  async #take(entry: LogEntry, file: LogFile, summary: FileSummary): Promise<void> {
    if (entry.entry === 'fault') this.#fault(entry, file, summary);
    else {
      if (entry.entry !== 'control') summary.entries += 1;
      if (!this.request.verify) this.#print(entry, file);
    }
    if (this.#out.length >= chunkBytes) await this.flush();
  }

  #fault(fault: Fault, file: LogFile, summary: FileSummary): void {
    const place = fault.position < 0 ? file.path : `${file.path}, byte ${fault.position}`;
    if (this.faults === 0) this.firstFault = `${place}: ${fault.problem}`;
    this.faults += 1;
    summary.faults += 1;
    this.#print(fault, file);
  }

  #print(entry: LogEntry, file: LogFile): void {
    this.request.print(entry, file, this.#isFirst, this.#out);
    this.#isFirst = false;
  }
}

interface RecordsOf {
  file: LogFile;
  summary: FileSummary;
  format: RecordFormatter;
  origin: RecordOrigin;
}

function controlOf(cursor: RecordCursor, position: number): LogEntry {
  const { offset, timestampMs: timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor;
  const key = bytes.subarray(Math.max(0, keyStart), Math.max(0, keyEnd));
  const value = bytes.subarray(Math.max(0, valueStart), Math.max(0, valueEnd));
  try {
    const { type, data } = decodeControl(controlRecords, key, value);
    return { entry: 'control', offset, timestamp, type: controlTypes[type] ?? `UNKNOWN_${type}`, data };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { entry: 'fault', position, problem: `the control record at offset ${offset}: ${error.message}` };
  }
}

function openFile(path: string) {
  return open(path).catch((error) => {
    throw cannotRead(path, error);
  });
}
