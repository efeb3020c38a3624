import { array, int8, int16, int32, int64, string, uuid } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

/** Where share groups are in partitions (KIP-932), in __share_group_state. */
export const shareStateRecords: readonly StoredRecord[] = [
  {
    type: 0,
    name: 'ShareSnapshot',
    key: { groupId: string(), topicId: uuid(), partition: int32() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      snapshotEpoch: int32(),
      stateEpoch: int32(),
      leaderEpoch: int32(),
      startOffset: int64(),
      deliveryCompleteCount: int32().tag(0, 0).default(-1),
      createTimestamp: int64(),
      writeTimestamp: int64(),
      stateBatches: array({
        firstOffset: int64(),
        lastOffset: int64(),
        deliveryState: int8(),
        deliveryCount: int16(),
      }),
    },
  },
  {
    type: 1,
    name: 'ShareUpdate',
    key: { groupId: string(), topicId: uuid(), partition: int32() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      snapshotEpoch: int32(),
      leaderEpoch: int32(),
      startOffset: int64(),
      deliveryCompleteCount: int32().tag(0, 0).default(-1),
      stateBatches: array({
        firstOffset: int64(),
        lastOffset: int64(),
        deliveryState: int8(),
        deliveryCount: int16(),
      }),
    },
  },
];
