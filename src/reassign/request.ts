import { ExitCode, KctlError, usageError } from '../base/errors.js';
import { topicMatcher } from '../topics/list.js';
import { type ClusterSnapshot, type PlanRequest, plainRequest } from './plan/types.js';

/** The words of a command line that say what is wanted and by which rules. */
export interface RequestWords {
  drain?: number[] | undefined;
  fill?: number[] | undefined;
  replace?: Array<{ from: number; to: number }> | undefined;
  'replication-factor'?: number | undefined;
  rebalance?: boolean;
  leaders?: boolean;
  topics?: string[] | undefined;
  'exclude-topics'?: string[] | undefined;
  'broker-ids'?: number[] | undefined;
  'exclude-brokers'?: number[] | undefined;
  'rack-aware'?: PlanRequest['rackAware'];
  tolerance?: number | undefined;
  by?: PlanRequest['by'];
  'disk-headroom'?: number | undefined;
}

/**
 * A request with its patterns resolved against the topics that there are.
 * @throws KctlError NOT_FOUND when a pattern of topics matches nothing
 */
export function requestOf(words: RequestWords, snapshot: ClusterSnapshot): PlanRequest {
  const names = snapshot.topics.map(({ name }) => name);
  const chosen = words.topics && matching(words.topics, names);
  const excluded = new Set(words['exclude-topics'] && matching(words['exclude-topics'], names));
  const factor = words['replication-factor'];
  const may = (chosen ?? names).filter((name) => !excluded.has(name));
  const topics = chosen === undefined && excluded.size === 0 ? null : new Set(may);
  return {
    ...plainRequest,
    drain: words.drain ?? [],
    fill: words.fill ?? [],
    replace: words.replace ?? [],
    replicationFactor: factor === undefined ? null : { topics: new Set(may), factor },
    balance: words.rebalance ?? false,
    leaders: words.leaders ?? false,
    topics,
    brokers: words['broker-ids'] ?? null,
    excludedBrokers: words['exclude-brokers'] ?? [],
    rackAware: words['rack-aware'] ?? plainRequest.rackAware,
    tolerance: words.tolerance ?? plainRequest.tolerance,
    by: words.by ?? plainRequest.by,
    diskHeadroom: words['disk-headroom'] ?? plainRequest.diskHeadroom,
  };
}

function matching(patterns: string[], names: string[]): string[] {
  const matched = new Set<string>();
  for (const pattern of patterns) {
    const found = names.filter(topicMatcher(pattern));
    if (found.length === 0) {
      throw new KctlError(`no topic matches ${pattern}`, { code: 'NOT_FOUND', exitCode: ExitCode.notFound });
    }
    for (const name of found) matched.add(name);
  }
  return [...matched];
}

/** The words of `topics set-rf`: topics, and at the end a number of replicas. */
export function parseFactor(words: string[]): { names: string[]; factor: number } {
  const factor = words.at(-1) ?? '';
  const names = words.slice(0, -1);
  if (names.length === 0 || !/^[1-9]\d{0,4}$/.test(factor)) {
    throw usageError(
      `"${factor}" is not a number of replicas`,
      'Write for example: kctl topics set-rf orders 3',
    );
  }
  return { names, factor: Number(factor) };
}
