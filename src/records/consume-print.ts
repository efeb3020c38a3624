import { KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import type { FetchedRecords } from '../client/fetch-answer.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { freeNativeMemory, isNativeMemoryDue } from '../protocol/native-memory.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import type { RecordFilter } from './filter.js';
import { formatValueLine, type RecordFormatter, type RecordOrigin } from './format.js';
import { LinesInPlace } from './format-in-place.js';
import { OutputBuffer } from './format-output.js';

/** Where records are printed to. */
export interface RecordSink {
  /** Resolves when all of it has left the process. */
  write(chunk: Uint8Array): Promise<void>;
  /** Aborted when nobody reads any more. */
  readonly closed: AbortSignal;
}

export interface PrinterOptions {
  format: RecordFormatter;
  consumer: string;
  group: string;
  maxRecords: number;
  /** Records that it does not want are passed over. */
  filter?: RecordFilter | undefined;
  /** After this a reader that does not read is not waited for. */
  stop: AbortSignal;
}

const chunkBytes = 512 * 1024;
/** How long a reader that does not read may hold up the end. */
const lastFlushMs = 500;

/** Prints fetched records, and knows for each partition up to where they have reached the reader. */
export class RecordPrinter {
  /** Records that were looked at. */
  scanned = 0;
  /** Records that were wanted, and are handed to the reader now or soon. */
  taken = 0;
  /** Records handed to the reader. */
  printed = 0;
  /** By partition name, the offset behind what has reached the reader. */
  readonly positions = new Map<string, number>();
  readonly #out = new OutputBuffer();
  /** Follow what is in `#out`. */
  readonly #lines = new LinesInPlace();
  readonly #origins = new Map<string, RecordOrigin>();
  /** Positions that hold once the output buffer has reached the reader. */
  readonly #pending = new Map<string, number>();
  /** A chunk did not reach the reader: whatever comes behind it does not count. */
  #isCut = false;

  constructor(
    private readonly sink: RecordSink,
    private readonly options: PrinterOptions,
  ) {}

  /** No further record is wanted, or can be printed. */
  get finished(): boolean {
    return this.taken >= this.options.maxRecords || this.sink.closed.aborted;
  }

  /**
   * Prints what one answer gave, as far as it is wanted.
   * @param until ends the printing between two chunks
   * @param fail takes a partition whose records are corrupt; those before the fault were printed
   */
  async print(
    fetched: readonly FetchedRecords[],
    until: AbortSignal,
    fail: (partition: TopicPartition, error: ItemError) => void,
  ): Promise<void> {
    try {
      for (const records of fetched) {
        const error = await this.#printPartition(records, until);
        if (error) fail(records, error);
        if (this.finished || until.aborted) break;
      }
    } finally {
      await this.#flush();
    }
  }

  async #printPartition(fetched: FetchedRecords, until: AbortSignal): Promise<ItemError | undefined> {
    const { startOffset, endOffset, abortedTransactions } = fetched;
    const { format, filter, maxRecords } = this.options;
    const name = partitionName(fetched);
    const origin = this.#originOf(name, fetched);
    const cursor = new RecordCursor(fetched.records, { startOffset, abortedTransactions });
    const lines = format === formatValueLine ? this.#lines : undefined;
    let reachedEnd = false;
    while (this.taken < maxRecords && cursor.next()) {
      if (isNativeMemoryDue()) await freeNativeMemory();
      if (cursor.offset >= endOffset) {
        reachedEnd = true;
        break;
      }
      this.scanned += 1;
      if (filter && !filter(cursor, origin)) {
        const nothingUpTo = filter.nothingUpTo?.(cursor.bytes, Math.max(0, cursor.valueEnd)) ?? 0;
        this.scanned += cursor.passUpTo(nothingUpTo, endOffset);
        continue;
      }
      if (lines && cursor.recordEnd >= 0) {
        if (lines.bytes !== cursor.bytes) this.#endLines();
        lines.append(cursor);
        if (!filter) this.#appendMany(cursor, endOffset);
      } else {
        this.#endLines();
        format(cursor, origin, this.#out);
      }
      this.taken += 1;
      if (this.#out.length < chunkBytes && this.#lines.length < chunkBytes) continue;
      this.#pending.set(name, cursor.nextOffset);
      await this.#flush();
      if (until.aborted || this.sink.closed.aborted) return undefined;
    }
    this.#pending.set(name, reachedEnd ? endOffset : cursor.nextOffset);
    return cursor.error && corruption(name, cursor.error, cursor.nextOffset);
  }

  /** Records behind the one that was appended, which is counted later. */
  #appendMany(cursor: RecordCursor, endOffset: number): void {
    const most = this.options.maxRecords - this.taken - 1;
    const records = this.#lines.appendMany(cursor, { most, endOffset, bytes: chunkBytes });
    this.scanned += records;
    this.taken += records;
  }

  /** What comes next lies elsewhere. */
  #endLines(): void {
    const { content } = this.#lines;
    if (content) this.#out.appendAll(content);
    this.#lines.clear();
  }

  #originOf(name: string, { topic, partition }: TopicPartition): RecordOrigin {
    const known = this.#origins.get(name);
    if (known) return known;
    const { consumer, group } = this.options;
    const origin = { topic, partition, consumer, group };
    this.#origins.set(name, origin);
    return origin;
  }

  async #flush(): Promise<void> {
    if (this.#out.length > 0) {
      await this.#hand(this.#out.content);
      this.#out.clear();
    }
    const { content } = this.#lines;
    if (content) await this.#hand(content);
    this.#lines.clear();
    if (this.#isCut) return;
    this.printed = this.taken;
    for (const [name, position] of this.#pending) this.positions.set(name, position);
    this.#pending.clear();
  }

  async #hand(content: Buffer): Promise<void> {
    this.#isCut = true;
    const handing = this.sink.write(content).then(() => {
      this.#isCut = this.sink.closed.aborted;
    });
    await settledOrOverdue(handing, this.options.stop);
  }
}

/** Waits for the promise, but not much longer than the signal. */
function settledOrOverdue(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const startTimer = () => {
      timer = setTimeout(resolve, lastFlushMs);
    };
    if (signal.aborted) startTimer();
    else signal.addEventListener('abort', startTimer, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', startTimer);
    });
  });
}

function corruption(name: string, error: KctlError, position: number): ItemError {
  const told = new KctlError(`${error.message}; read up to offset ${position}`, { code: error.code });
  return itemError(name, told);
}
