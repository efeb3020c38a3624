import type { Deadline } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import type { TopicPartition } from '../client/fetch-leaders.js';
import { decodeAssignment } from '../client/group-protocol.js';
import type { Cluster } from '../cluster/index.js';
import { consumerGroupDescribe } from '../protocol/messages/consumer-group-describe.js';
import { describeGroups } from '../protocol/messages/describe-groups.js';
import { shareGroupDescribe } from '../protocol/messages/share-group-describe.js';
import { streamsGroupDescribe } from '../protocol/messages/streams-group-describe.js';
import type { ResponseOf } from '../protocol/schema.js';
import { byCoordinator, groupError } from './batches.js';
import type {
  GroupDescription,
  GroupListItem,
  GroupMemberDescription,
  GroupType,
  StreamsMember,
  StreamsTasks,
} from './types.js';

/** What a coordinator says of a group. */
export type DescribedMembers = Pick<
  GroupDescription,
  'state' | 'protocol' | 'epoch' | 'assignmentEpoch' | 'members'
>;

interface Answer extends DescribedMembers {
  group: string;
  errorCode: number;
  errorMessage?: string | null;
}

type Ask = (cluster: Cluster, broker: number, groups: string[], deadline: Deadline) => Promise<Answer[]>;

/** Who is in groups of any type, asked from their coordinators all at once. By group; a failed one has an error. */
export async function describeMembers(
  cluster: Cluster,
  groups: readonly GroupListItem[],
  deadline: Deadline,
): Promise<{ described: Map<string, DescribedMembers>; errors: ItemError[] }> {
  const described = new Map<string, DescribedMembers>();
  const refused: ItemError[] = [];
  const failed = await Promise.all(
    (Object.keys(asks) as GroupType[]).map((type) =>
      byCoordinator(
        groups.filter((group) => group.type === type),
        async (broker, batch) => {
          const names = batch.map(({ group }) => group);
          for (const answer of await asks[type](cluster, broker, names, deadline)) {
            if (answer.errorCode === 0) described.set(answer.group, answer);
            else refused.push(groupError(answer.group, answer.errorCode, answer.errorMessage));
          }
        },
      ),
    ),
  );
  return { described, errors: [...failed.flat(), ...refused] };
}

const asks: Record<GroupType, Ask> = {
  classic: askClassic,
  consumer: askConsumer,
  share: askShare,
  streams: askStreams,
};

async function askClassic({ wire }: Cluster, broker: number, groups: string[], deadline: Deadline) {
  const body = { groups, includeAuthorizedOperations: false };
  // Which broker to ask is known; one that no longer coordinates the group says so, and that is the answer.
  const answer = await wire.request({ ...describeGroups, retries: [] }, body, { broker }, { deadline });
  return answer.groups.map((group) => ({
    group: group.groupId,
    errorCode: group.errorCode,
    errorMessage: group.errorMessage,
    state: group.groupState,
    protocol: group.protocolData || null,
    epoch: null,
    assignmentEpoch: null,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.groupInstanceId,
      clientId: member.clientId,
      host: hostOf(member.clientHost),
      rack: null,
      epoch: null,
      // Other protocols than that of consumers have assignments of their own.
      assignment: group.protocolType === 'consumer' ? assignmentOf(member.memberAssignment) : [],
    })),
  }));
}

async function askConsumer({ wire }: Cluster, broker: number, groupIds: string[], deadline: Deadline) {
  const body = { groupIds, includeAuthorizedOperations: false };
  const api = { ...consumerGroupDescribe, retries: [] };
  const answer = await wire.request(api, body, { broker }, { deadline });
  return answer.groups.map((group) => toAnswer(group, (member) => flat(member.assignment)));
}

async function askShare({ wire }: Cluster, broker: number, groupIds: string[], deadline: Deadline) {
  const body = { groupIds, includeAuthorizedOperations: false };
  const answer = await wire.request({ ...shareGroupDescribe, retries: [] }, body, { broker }, { deadline });
  return answer.groups.map((group) => toAnswer(group, (member) => flat(member.assignment)));
}

async function askStreams({ wire }: Cluster, broker: number, groupIds: string[], deadline: Deadline) {
  const body = { groupIds, includeAuthorizedOperations: false };
  const answer = await wire.request({ ...streamsGroupDescribe, retries: [] }, body, { broker }, { deadline });
  return answer.groups.map((group) => {
    const described = toAnswer({ ...group, assignorName: '' }, ({ assignment }) =>
      sourcesOf(assignment.activeTasks, group.topology?.subtopologies ?? []),
    );
    const members = described.members.map((member, index): GroupMemberDescription => {
      const about = group.members[index];
      return about ? { ...member, streams: streamsOf(about) } : member;
    });
    return { ...described, members };
  });
}

type StreamsGroup = ResponseOf<typeof streamsGroupDescribe>['groups'][number];
type AnsweredMember = StreamsGroup['members'][number];
type Subtopology = NonNullable<NonNullable<StreamsGroup['topology']>['subtopologies']>[number];

function streamsOf(member: AnsweredMember): StreamsMember {
  const { processId, topologyEpoch, isClassic, assignment, targetAssignment } = member;
  return { processId, topologyEpoch, isClassic, assignment, targetAssignment };
}

/** What tasks read: of each topic that feeds their part of the topology the partition of their number. */
function sourcesOf(tasks: readonly StreamsTasks[], subtopologies: readonly Subtopology[]): TopicPartition[] {
  const known = new Map(subtopologies.map((subtopology) => [subtopology.subtopologyId, subtopology]));
  return tasks.flatMap(({ subtopologyId, partitions }) => {
    const found = known.get(subtopologyId);
    const repartitioned = (found?.repartitionSourceTopics ?? []).map(({ name }) => name);
    const topics = [...(found?.sourceTopics ?? []), ...repartitioned];
    return topics.flatMap((topic) => partitions.map((partition) => ({ topic, partition })));
  });
}

interface NewGroup<Member> {
  groupId: string;
  errorCode: number;
  errorMessage: string | null;
  groupState: string;
  groupEpoch: number;
  assignmentEpoch: number;
  assignorName: string;
  members: Member[];
}

interface NewMember {
  memberId: string;
  instanceId?: string | null;
  rackId: string | null;
  memberEpoch: number;
  clientId: string;
  clientHost: string;
}

function toAnswer<Member extends NewMember>(
  group: NewGroup<Member>,
  assignmentTo: (member: Member) => TopicPartition[],
): Answer {
  return {
    group: group.groupId,
    errorCode: group.errorCode,
    errorMessage: group.errorMessage,
    state: group.groupState,
    protocol: group.assignorName || null,
    epoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    members: group.members.map(
      (member): GroupMemberDescription => ({
        memberId: member.memberId,
        instanceId: member.instanceId ?? null,
        clientId: member.clientId,
        host: hostOf(member.clientHost),
        rack: member.rackId,
        epoch: member.memberEpoch,
        assignment: assignmentTo(member),
      }),
    ),
  };
}

type Assignment = ResponseOf<typeof shareGroupDescribe>['groups'][number]['members'][number]['assignment'];

function flat({ topicPartitions }: Assignment): TopicPartition[] {
  return topicPartitions.flatMap(({ topicName, partitions }) =>
    partitions.map((partition) => ({ topic: topicName, partition })),
  );
}

/** Members write these bytes themselves: one that writes nonsense has no assignment that could be shown. */
function assignmentOf(bytes: Buffer): TopicPartition[] {
  try {
    return decodeAssignment(bytes);
  } catch {
    return [];
  }
}

/** Brokers write addresses as Java does, with a slash. */
function hostOf(clientHost: string): string {
  return clientHost.replace(/^\//, '');
}
