import { ExitCode } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeTransactions as describeTransactionsApi } from '../protocol/messages/describe-transactions.js';
import { listTransactions as listTransactionsApi } from '../protocol/messages/list-transactions.js';
import { topicMatcher } from '../topics/list.js';
import type {
  TransactionDescription,
  TransactionDescriptionList,
  TransactionItem,
  TransactionList,
} from './types.js';

const idsPerRequest = 500;
/** Brokers before Kafka 3.8 do not know the filter; what is told is filtered again here. */
const noFilter = -1n;

export interface ListOptions {
  patterns: readonly string[];
  states: readonly string[];
  producerIds: readonly bigint[];
  /** Only those that are under way for longer. */
  olderThanMs?: number | undefined;
}

/** Lists transactions; what a broker that does not answer coordinates is missing, and that is an error. */
export async function listTransactions(cluster: Cluster, options: ListOptions): Promise<TransactionList> {
  const { items, errors } = await askEveryBroker(cluster, options);
  return listDocument('TransactionList', 1, items, errors);
}

async function askEveryBroker(
  { wire }: Cluster,
  { patterns, states, producerIds, olderThanMs }: ListOptions,
): Promise<{ items: TransactionItem[]; errors: ItemError[] }> {
  const { brokers } = await wire.nodes();
  const matchers = patterns.map(topicMatcher);
  const errors: ItemError[] = [];
  const answers = await Promise.all(
    brokers.map(async ({ id }): Promise<TransactionItem[]> => {
      try {
        const durationFilter = olderThanMs === undefined ? noFilter : BigInt(olderThanMs);
        const body = { stateFilters: [...states], producerIdFilters: [...producerIds], durationFilter };
        const answer = await wire.request(listTransactionsApi, body, { broker: id });
        const { name: code, message } = errorOf(answer.errorCode);
        if (answer.errorCode !== 0) errors.push({ subject: `broker ${id}`, code, message });
        return answer.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
          transactionalId,
          producerId,
          state: transactionState,
          coordinator: id,
        }));
      } catch (error) {
        errors.push(itemError(`broker ${id}`, error));
        return [];
      }
    }),
  );
  const items = answers
    .flat()
    .filter(
      ({ transactionalId }) => matchers.length === 0 || matchers.some((matches) => matches(transactionalId)),
    )
    .sort((a, b) => compareNames(a.transactionalId, b.transactionalId));
  return { items, errors };
}

/** Describes transactions by their ids or globs: where they are, since when, and in which partitions. */
export async function describeTransactions(
  cluster: Cluster,
  words: readonly string[],
): Promise<TransactionDescriptionList> {
  const { items: all, errors } = await askEveryBroker(cluster, {
    patterns: words,
    states: [],
    producerIds: [],
  });
  const known = new Set(all.map(({ transactionalId }) => transactionalId));
  for (const word of words.filter((name) => !/[*?/]/.test(name) && !known.has(name))) {
    errors.push({
      subject: `transactional id ${word}`,
      code: 'TRANSACTIONAL_ID_NOT_FOUND',
      message: `there is no transactional id ${word}`,
      hint: 'See: kctl transactions list',
      exitCode: ExitCode.notFound,
    });
  }
  const items: TransactionDescription[] = [];
  for (const coordinator of new Set(all.map((item) => item.coordinator))) {
    const ids = all
      .filter((item) => item.coordinator === coordinator)
      .map(({ transactionalId }) => transactionalId);
    for (let at = 0; at < ids.length; at += idsPerRequest) {
      const some = ids.slice(at, at + idsPerRequest);
      try {
        items.push(...(await describeAt(cluster, coordinator, some, errors)));
      } catch (error) {
        errors.push(...some.map((id) => itemError(`transactional id ${id}`, error)));
      }
    }
  }
  items.sort((a, b) => compareNames(a.transactionalId, b.transactionalId));
  return listDocument('TransactionDescriptionList', 1, items, errors);
}

async function describeAt(
  { wire }: Cluster,
  coordinator: number,
  transactionalIds: string[],
  errors: ItemError[],
): Promise<TransactionDescription[]> {
  const api = { ...describeTransactionsApi, retries: [] };
  const answer = await wire.request(api, { transactionalIds }, { broker: coordinator });
  const nowMs = Date.now();
  return answer.transactionStates.flatMap((state): TransactionDescription[] => {
    if (state.errorCode !== 0) {
      const { name: code, message } = errorOf(state.errorCode);
      errors.push({ subject: `transactional id ${state.transactionalId}`, code, message });
      return [];
    }
    const startTimeMs = state.transactionStartTimeMs < 0n ? null : Number(state.transactionStartTimeMs);
    return [
      {
        transactionalId: state.transactionalId,
        producerId: state.producerId,
        state: state.transactionState,
        coordinator,
        producerEpoch: state.producerEpoch,
        timeoutMs: state.transactionTimeoutMs,
        startTimeMs,
        durationMs: startTimeMs === null ? null : Math.max(0, nowMs - startTimeMs),
        partitions: state.topics.flatMap(({ topic, partitions }) =>
          partitions.map((partition) => ({ topic, partition })),
        ),
      },
    ];
  });
}
