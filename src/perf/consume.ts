import { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { Fetcher } from '../client/fetch.js';
import { LeaderTable } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { freeNativeMemory, isNativeMemoryDue } from '../protocol/native-memory.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import { topicErrors } from '../topics/metadata.js';
import type { PerfContext } from './produce.js';
import { type PerfConsume, throughput } from './types.js';

export interface PerfConsumeRequest {
  topic: string;
  records: number;
  /** Readers beside one another; each has partitions of its own. */
  consumers: number;
  fromLatest: boolean;
  /** Ends when no record came for so long. */
  idleMs: number;
}

/**
 * Reads records as fast as the brokers give them, each one's key and value, in no group.
 * @throws KctlError exit 4 when there is no such topic
 */
export async function perfConsume(
  cluster: Cluster,
  request: PerfConsumeRequest,
  context: PerfContext,
): Promise<PerfConsume> {
  const { topic, consumers } = request;
  const leaders = new LeaderTable(cluster.wire, [topic]);
  await leaders.refresh(cluster.wire.deadline);
  const partitions = leaders.partitionsOf(topic);
  if (partitions.length === 0) {
    const [error] = await topicErrors(cluster, [{ name: topic, errorCode: leaders.topicError(topic) }]);
    throw new KctlError(error?.message ?? `topic ${topic} has no partition`, error ?? { code: 'UNEXPECTED' });
  }
  const run = new ConsumeRun(request, context);
  const failures = await Promise.all(
    Array.from({ length: Math.min(consumers, partitions.length) }, (_, reader) => {
      const own = partitions.filter((_, index) => index % consumers === reader);
      const starts = own.map((partition) => ({
        ...partition,
        from: request.fromLatest ? ('latest' as const) : ('earliest' as const),
      }));
      const fetcher = new Fetcher(cluster.wire, leaders, starts, {
        ...{ isolation: 'read_uncommitted', giveUpAfterMs: request.idleMs, signal: run.stop },
        note: (text) => context.report(text),
      });
      return run.read(fetcher);
    }),
  );
  return run.document(failures.flat());
}

class ConsumeRun {
  readonly #over = new AbortController();
  readonly stop: AbortSignal;
  readonly #startedAtMs = performance.now();
  #firstAtMs: number | undefined;
  #lastAtMs = this.#startedAtMs;
  #records = 0;
  #bytes = 0;
  #reportedAtMs = this.#startedAtMs;
  #reported = { records: 0, bytes: 0 };

  constructor(
    private readonly request: PerfConsumeRequest,
    private readonly context: PerfContext,
  ) {
    this.stop = AbortSignal.any([context.interrupted, this.#over.signal]);
  }

  async read(fetcher: Fetcher): Promise<ItemError[]> {
    for await (const fetched of fetcher.answers()) {
      for (const { records, startOffset } of fetched) {
        const cursor = new RecordCursor(records, { startOffset });
        this.#count(cursor);
        if (isNativeMemoryDue()) await freeNativeMemory();
      }
      const now = performance.now();
      if (fetched.length > 0 && this.#records > 0) {
        this.#firstAtMs ??= now;
        this.#lastAtMs = now;
      }
      if (now - this.#reportedAtMs >= this.context.reportEveryMs) this.#report(now);
      const isOver = this.#records >= this.request.records || now - this.#lastAtMs > this.request.idleMs;
      if (isOver) this.#over.abort();
    }
    return fetcher.problems();
  }

  #count(cursor: RecordCursor): void {
    while (this.#records < this.request.records && cursor.next()) {
      this.#records += 1;
      this.#bytes += cursor.keyEnd - cursor.keyStart + cursor.valueEnd - cursor.valueStart;
    }
  }

  document(errors: ItemError[]): PerfConsume {
    const { topic, consumers, records } = this.request;
    const isShort = this.#records < records && errors.length === 0 && !this.context.interrupted.aborted;
    return {
      ...{ kind: 'PerfConsume', version: 1, topic, consumers },
      ...throughput(this.#records, this.#bytes, this.#lastAtMs - this.#startedAtMs),
      firstRecordMs: this.#firstAtMs === undefined ? null : Math.round(this.#firstAtMs - this.#startedAtMs),
      warnings: isShort
        ? [`${this.#records} of ${records} records came; none in the last ${this.request.idleMs} ms`]
        : [],
      errors,
    };
  }

  #report(now: number): void {
    const records = this.#records - this.#reported.records;
    const bytes = this.#bytes - this.#reported.bytes;
    const { recordsPerSec, megabytesPerSec } = throughput(records, bytes, now - this.#reportedAtMs);
    this.context.report(`${records} records read, ${recordsPerSec} records/sec (${megabytesPerSec} MB/sec)`);
    this.#reported = { records: this.#records, bytes: this.#bytes };
    this.#reportedAtMs = now;
  }
}
