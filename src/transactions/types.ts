import type { ListDocument } from '../base/result.js';
import type { TopicPartition } from '../client/fetch-leaders.js';

export interface TransactionItem {
  transactionalId: string;
  producerId: bigint;
  /** Kafka's name: Empty, Ongoing, PrepareCommit, CompleteAbort and so on. */
  state: string;
  /** The broker that coordinates the transaction. */
  coordinator: number;
}

export type TransactionList = ListDocument<TransactionItem>;

export interface TransactionDescription extends TransactionItem {
  producerEpoch: number;
  timeoutMs: number;
  /** Null where nothing is under way. */
  startTimeMs: number | null;
  durationMs: number | null;
  partitions: TopicPartition[];
}

export type TransactionDescriptionList = ListDocument<TransactionDescription>;

/** A producer that the leader of a partition knows. */
export interface ProducerDescription extends TopicPartition {
  producerId: bigint;
  producerEpoch: number;
  lastSequence: number;
  lastTimestampMs: number;
  coordinatorEpoch: number;
  /** Null outside of a transaction. */
  currentTransactionStartOffset: number | null;
}

export type ProducerDescriptionList = ListDocument<ProducerDescription>;

/** A transaction that is open in a partition, and that its coordinator does not know there: nobody will end it. */
export interface HangingTransaction extends ProducerDescription {
  /** Null where no coordinator knows the producer. */
  transactionalId: string | null;
  /** Since the producer's last record. */
  openMs: number;
}

export type HangingTransactionList = ListDocument<HangingTransaction>;

export interface TransactionAbort extends TopicPartition {
  producerId: bigint;
  producerEpoch: number;
  coordinatorEpoch: number;
  startOffset: number | null;
  /** `valid` is the result of a dry run. */
  result: 'aborted' | 'valid';
}

export interface TransactionAbortList extends ListDocument<TransactionAbort> {
  dryRun: boolean;
  validatedBy?: 'broker' | 'client';
}
