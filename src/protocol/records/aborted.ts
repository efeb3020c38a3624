import { ATTRIBUTE, BATCH } from './batch.js';

/** As a Fetch answer lists them: the producer's records from `firstOffset` to its next marker are void. */
export interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

/** Follows the producers whose transaction is void, batch by batch, as Kafka's consumer does. */
export class AbortedTransactions {
  /** By first offset; those before `#next` have begun. */
  readonly #transactions: AbortedTransaction[];
  readonly #producers = new Set<bigint>();
  #next = 0;

  constructor(transactions: readonly AbortedTransaction[]) {
    this.#transactions = [...transactions].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** Takes the next batch, which begins at `start`; true for a void one. */
  judge(input: Buffer, start: number, attributes: number, lastOffset: number): boolean {
    if (this.#transactions.length === 0) return false;
    for (; this.#next < this.#transactions.length; this.#next++) {
      const transaction = this.#transactions[this.#next] as AbortedTransaction;
      if (transaction.firstOffset > BigInt(lastOffset)) break;
      this.#producers.add(transaction.producerId);
    }
    const producerId = input.readBigInt64BE(start + BATCH.producerId);
    const isControl = (attributes & ATTRIBUTE.control) !== 0;
    if (isControl) this.#producers.delete(producerId);
    return !isControl && (attributes & ATTRIBUTE.transactional) !== 0 && this.#producers.has(producerId);
  }
}
