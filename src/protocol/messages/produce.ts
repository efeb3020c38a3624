import { leaderMoved } from '../retries.js';
import { api, array, int16, int32, int64, records, string, struct, uuid } from '../schema.js';

export const produce = api({
  key: 0,
  name: 'Produce',
  versions: [3, 13],
  flexible: 9,
  retries: [...leaderMoved, 'NOT_ENOUGH_REPLICAS'],
  changes: true,
  request: {
    transactionalId: string().nullable().default(null),
    /** -1 all in-sync replicas, 1 the leader, 0 none; with 0 no answer comes. */
    acks: int16(),
    timeoutMs: int32(),
    topicData: array({
      name: string().versions(0, 12).ignorable(),
      topicId: uuid().since(13).ignorable(),
      partitionData: array({ index: int32(), records: records().nullable() }),
    }),
  },
  response: {
    responses: array({
      name: string().versions(0, 12),
      topicId: uuid().since(13),
      partitionResponses: array({
        index: int32(),
        errorCode: int16(),
        baseOffset: int64(),
        logAppendTimeMs: int64().default(-1n),
        logStartOffset: int64().since(5).default(-1n),
        recordErrors: array({
          batchIndex: int32(),
          batchIndexErrorMessage: string().nullable().default(null),
        }).since(8),
        errorMessage: string().since(8).nullable().default(null),
        currentLeader: struct({ leaderId: int32().default(-1), leaderEpoch: int32().default(-1) }).tag(0, 10),
      }),
    }),
    throttleTimeMs: int32(),
    nodeEndpoints: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: string().nullable().default(null),
    }).tag(0, 10),
  },
});
