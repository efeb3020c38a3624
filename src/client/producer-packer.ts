import { freeNativeMemory, isNativeMemoryDue } from '../protocol/native-memory.js';
import type { RecordBatchBuilder } from '../protocol/records/builder.js';
import type { Batch } from './producer-batch.js';

/** Batches that are compressed at a time: enough for two processors; each holds what its codec allocates. */
const mostAtOnce = 3;

/** Finishes batches: those to be compressed on other threads, a few at a time. */
export class BatchPacker {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Sets the batch's bytes, at once or later. @throws KctlError when there is no such codec here */
  async pack(batch: Batch, builder: RecordBatchBuilder): Promise<void> {
    if (batch.codec === 'none') {
      batch.bytes = await builder.buildUnstamped();
      return;
    }
    if (this.#running === mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      batch.bytes = await builder.buildUnstamped();
      if (isNativeMemoryDue()) await freeNativeMemory();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
