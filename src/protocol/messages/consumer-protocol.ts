import { message } from '../message.js';
import { array, bytes, int32, string } from '../schema.js';

const topicPartitions = array({ topic: string(), partitions: array(int32()) });

/** What a member of a classic consumer group tells the group's leader: the metadata of JoinGroup. */
export const consumerProtocolSubscription = message({
  name: 'ConsumerProtocolSubscription',
  versions: [0, 3],
  fields: {
    topics: array(string()),
    userData: bytes().nullable().default(null),
    ownedPartitions: topicPartitions.since(1).ignorable(),
    generationId: int32().since(2).default(-1).ignorable(),
    rackId: string().since(3).nullable().default(null).ignorable(),
  },
});

/** What the leader of a classic consumer group gives a member: the assignment of SyncGroup. */
export const consumerProtocolAssignment = message({
  name: 'ConsumerProtocolAssignment',
  versions: [0, 3],
  fields: {
    assignedPartitions: topicPartitions,
    userData: bytes().nullable().default(null),
  },
});
