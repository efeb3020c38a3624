import type { RecordView } from '../protocol/records/batch.js';
import {
  type Partitioner,
  partitionForKey,
  partitionForKeyByCrc32,
} from '../protocol/records/partitioner.js';
import type { PartitionQueue } from './producer-partition.js';

/**
 * Records without a key move on to the next partition after as many bytes: at first Kafka's batch.size (KIP-794), then
 * twice as many each time, as a long input becomes even all the same, and is cheaper in larger pieces.
 */
const firstStickyBytes = 16 * 1024;
const mostStickyBytes = 256 * 1024;

/** Where a record goes. */
export class PartitionChoice {
  #sticky = -1;
  #stickyRoom = 0;
  #stickyBytes = firstStickyBytes;
  #turn = 0;

  /** @param queues the topic's partitions */
  constructor(
    private readonly queues: readonly PartitionQueue[],
    private readonly options: { partition?: number; partitioner?: Partitioner },
  ) {}

  of(record: RecordView): number {
    const { partition, partitioner = 'murmur2' } = this.options;
    if (partition !== undefined) return partition;
    const { length } = this.queues;
    const { bytes, keyStart, keyEnd } = record;
    if (partitioner === 'random') return Math.floor(Math.random() * length);
    if (partitioner === 'roundrobin') return this.#turn++ % length;
    if (partitioner === 'murmur2' && keyStart >= 0) return partitionForKey(bytes, keyStart, keyEnd, length);
    // librdkafka takes an empty key for none.
    if (partitioner === 'crc32' && keyEnd > keyStart)
      return partitionForKeyByCrc32(bytes, keyStart, keyEnd, length);
    return this.#ofNext();
  }

  /** Of records without keys that go together: where, and how many bytes of them; undefined where each is a choice. */
  ofMany(): { partition: number; bytes: number } | undefined {
    const { partition, partitioner = 'murmur2' } = this.options;
    if (partition !== undefined) return { partition, bytes: Number.POSITIVE_INFINITY };
    if (partitioner === 'random' || partitioner === 'roundrobin') return undefined;
    return { partition: this.#ofNext(), bytes: this.#stickyRoom };
  }

  /** Of a batch of records without keys. */
  ofBatch(): number {
    if (this.options.partition !== undefined) return this.options.partition;
    this.#moveOn();
    return this.#sticky;
  }

  /** So many bytes were chosen for. */
  took(bytes: number): void {
    this.#stickyRoom -= bytes;
  }

  /** A partition's batch is on its way: the next record begins another, elsewhere. */
  sealed(partition: number): void {
    if (partition === this.#sticky) this.#stickyRoom = 0;
  }

  #ofNext(): number {
    if (this.#stickyRoom <= 0) this.#moveOn();
    return this.#sticky;
  }

  /** To the partition with the shortest queue among those that can be written now, else to the next at all. */
  #moveOn(): void {
    const { queues } = this;
    const first = this.#sticky < 0 ? Math.floor(Math.random() * queues.length) : this.#sticky + 1;
    let best = queues[first % queues.length];
    for (let step = 1; step < queues.length; step++) {
      const queue = queues[(first + step) % queues.length];
      if (queue?.isHealthy && (!best?.isHealthy || queue.backlog < best.backlog)) best = queue;
    }
    this.#sticky = best?.partition ?? 0;
    this.#stickyRoom = this.#stickyBytes;
    this.#stickyBytes = Math.min(mostStickyBytes, this.#stickyBytes * 2);
  }
}
