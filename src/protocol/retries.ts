import type { ErrorName } from './errors.js';

/**
 * What an API may list as `retries`: the answer of a broker that is not, or not yet, the one to ask. "Not found" and
 * "leaderless" are answers, although Kafka's own table calls them retriable.
 */

/**
 * Not THROTTLING_QUOTA_EXCEEDED (KIP-599): a request for several topics may have been carried out for some, and
 * would find those there already.
 */
export const controllerMoved: readonly ErrorName[] = ['NOT_CONTROLLER'];

export const coordinatorMoved: readonly ErrorName[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
];

/** The transaction before this one may still be on its way to the log. */
export const transactionBusy: readonly ErrorName[] = [...coordinatorMoved, 'CONCURRENT_TRANSACTIONS'];

export const leaderMoved: readonly ErrorName[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
];
