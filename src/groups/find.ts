import type { Deadline } from '../base/deadline.js';
import { ExitCode } from '../base/errors.js';
import { compareNames, nearestNames } from '../base/names.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { listGroups as listGroupsApi } from '../protocol/messages/list-groups.js';
import type { ResponseOf } from '../protocol/schema.js';
import { isPattern } from '../topics/find.js';
import { topicMatcher } from '../topics/list.js';
import type { GroupList, GroupListItem, GroupType } from './types.js';

export interface FoundGroups {
  found: GroupListItem[];
  errors: ItemError[];
}

type Listed = ResponseOf<typeof listGroupsApi>['groups'][number];

/** Lists groups; what a broker that does not answer coordinates is missing, and that is an error. */
export async function listGroups(
  cluster: Cluster,
  options: { patterns: readonly string[]; states: readonly string[]; types: readonly GroupType[] },
): Promise<GroupList> {
  const { found, errors } = await askGroups(cluster, cluster.wire.deadline);
  const matchers = options.patterns.map(topicMatcher);
  const states = options.states.map((state) => state.toLowerCase());
  const items = found.filter(
    ({ group, state, type }) =>
      (matchers.length === 0 || matchers.some((matches) => matches(group))) &&
      (states.length === 0 || states.includes(state?.toLowerCase() ?? '')) &&
      (options.types.length === 0 || options.types.includes(type)),
  );
  return listDocument('GroupList', 1, items, errors);
}

/**
 * The groups that names, globs and /expressions/ choose; all without any. A name that is not there is an error of
 * its own, unless a broker that did not answer may know it.
 */
export async function findGroups(
  cluster: Cluster,
  words: readonly string[],
  deadline: Deadline = cluster.wire.deadline,
): Promise<FoundGroups> {
  const { found, errors } = await askGroups(cluster, deadline);
  if (words.length === 0) return { found, errors };
  const matchers = words.map((word) =>
    isPattern(word) ? topicMatcher(word) : (name: string) => name === word,
  );
  const names = new Set(found.map(({ group }) => group));
  const missing = words.filter((word) => !isPattern(word) && !names.has(word));
  return {
    found: found.filter(({ group }) => matchers.some((matches) => matches(group))),
    errors: [...errors, ...missing.map((name) => noGroup(name, names))],
  };
}

export function noGroup(name: string, names: Iterable<string>): ItemError {
  const near = nearestNames(name, names);
  return {
    subject: `group ${name}`,
    code: 'GROUP_ID_NOT_FOUND',
    message: `there is no group ${name}`,
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See: kctl groups list',
    exitCode: ExitCode.notFound,
  };
}

/** Every broker lists the groups that it coordinates. */
async function askGroups({ wire }: Cluster, deadline: Deadline): Promise<FoundGroups> {
  const { brokers } = await wire.nodes(deadline);
  const answers = await Promise.all(
    brokers.map(async ({ id }): Promise<FoundGroups> => {
      const subject = `broker ${id}`;
      try {
        const body = { statesFilter: [], typesFilter: [] };
        const answer = await wire.request(listGroupsApi, body, { broker: id }, { deadline });
        if (answer.errorCode === 0) {
          return { found: answer.groups.map((group) => toItem(group, id)), errors: [] };
        }
        const { name, message } = errorOf(answer.errorCode);
        return { found: [], errors: [{ subject, code: name, message }] };
      } catch (error) {
        return { found: [], errors: [itemError(subject, error)] };
      }
    }),
  );
  return {
    found: answers.flatMap(({ found }) => found).sort((a, b) => compareNames(a.group, b.group)),
    errors: answers.flatMap(({ errors }) => errors),
  };
}

function toItem(
  { groupId, protocolType, groupState, groupType }: Listed,
  coordinator: number,
): GroupListItem {
  return {
    group: groupId,
    // Before Kafka 3.8 there was one type, and a list did not tell it.
    type: (groupType || 'classic').toLowerCase() as GroupType,
    state: groupState || null,
    protocolType,
    coordinator,
  };
}
