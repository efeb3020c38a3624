import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderJson } from '../../../src/base/json.js';
import type { LogDir, LogDirReplica } from '../../../src/brokers/log-dirs.js';
import { type ClusterAnswers, snapshotOf } from '../../../src/reassign/live-snapshot.js';
import { planReassignment } from '../../../src/reassign/plan/plan.js';
import { parseSnapshot } from '../../../src/reassign/plan/snapshot.js';
import { plainRequest } from '../../../src/reassign/plan/types.js';
import { assertDocument } from '../../support/schemas.js';

const gib = 1024 ** 3;

function partition(partitionIndex: number, leaderId: number, replicaNodes: number[]) {
  return {
    errorCode: 0,
    partitionIndex,
    leaderId,
    leaderEpoch: 1,
    replicaNodes,
    isrNodes: replicaNodes,
    offlineReplicas: [],
  };
}

function replica(index: number, bytes: number, future = false): LogDirReplica {
  return { topic: 't', partition: index, sizeBytes: BigInt(bytes), offsetLag: 0n, future };
}

function dir(broker: number, replicas: LogDirReplica[], more: Partial<LogDir> = {}): LogDir {
  const room = { totalBytes: BigInt(100 * gib), usableBytes: BigInt(50 * gib) };
  return { broker, path: '/data', ...room, cordoned: false, replicas, ...more };
}

function answers(more: Partial<ClusterAnswers>): ClusterAnswers {
  return {
    clusterId: 'c',
    brokers: [3, 2, 1].map((id) => ({ id, rack: `r${id}` })),
    topics: [
      {
        errorCode: 0,
        name: 't',
        topicId: '',
        isInternal: false,
        topicAuthorizedOperations: 0,
        partitions: [partition(0, 1, [1, 2]), partition(1, 2, [2, 1])],
      },
    ],
    dirs: [
      dir(1, [replica(0, 700), replica(1, 290)]),
      dir(2, [replica(0, 690), replica(1, 300)]),
      dir(3, []),
    ],
    errors: [],
    reassigning: [],
    ...more,
  };
}

const sizes = (snapshot: ReturnType<typeof snapshotOf>) =>
  snapshot.topics[0]?.partitions.map(({ sizeBytes }) => sizeBytes);

test('sizes are those of leaders; a broker that does not tell is named, and costs only what nobody else knows', () => {
  const whole = snapshotOf(answers({}));
  assertDocument(renderJson(whole, 2), 'ClusterSnapshot');
  assert.deepEqual(sizes(whole), [700, 300]);
  assert.deepEqual(
    whole.brokers.map(({ id }) => id),
    [1, 2, 3],
  );

  const error = { subject: 'broker 1', code: 'CLUSTER_AUTHORIZATION_FAILED', message: 'no' };
  const part = snapshotOf(answers({ dirs: [dir(2, [replica(1, 300)]), dir(3, [])], errors: [error] }));
  assert.deepEqual(sizes(part), [null, 300]);
  assert.deepEqual(part.errors, [error]);
  assert.deepEqual(part.warnings, ['the size of 1 partition is not known']);
  assert.deepEqual(part.brokers[0]?.logDirs, []);
  assert.throws(() => planReassignment(part, { ...plainRequest, drain: [1] }), /sizes/);
});

test('what runs is counted as if it had ended: replicas, and the bytes that are still to come', () => {
  const topics = answers({}).topics.map((topic) => ({
    ...topic,
    partitions: [partition(0, 1, [3, 2, 1]), partition(1, 2, [2, 1])],
  }));
  const snapshot = snapshotOf(
    answers({
      topics,
      reassigning: [{ topic: 't', partition: 0, replicas: [3, 2, 1], adding: [3], removing: [1] }],
      dirs: [
        dir(1, [replica(0, 10 * gib), replica(1, 290)]),
        dir(2, [replica(0, 690), replica(1, 300), replica(1, 100, true)]),
        dir(3, [replica(0, 4 * gib)]),
      ],
    }),
  );
  assertDocument(renderJson(snapshot, 2), 'ClusterSnapshot');
  assert.deepEqual(snapshot.topics[0]?.partitions[0]?.replicas, [3, 2]);
  assert.equal(snapshot.brokers[2]?.logDirs[0]?.freeBytes, 44 * gib);
  assert.equal(snapshot.brokers[1]?.logDirs[0]?.freeBytes, 50 * gib - 200);
  assert.match(snapshot.warnings[0] ?? '', /^a reassignment is running \(t-0\)/);
});

test('a cordoned broker gets nothing new, and keeps what it has; its file is read back as it was', () => {
  const snapshot = snapshotOf(
    answers({
      dirs: [
        dir(1, [replica(0, 700), replica(1, 290)]),
        dir(2, [replica(0, 700), replica(1, 300)]),
        dir(3, [], { cordoned: true }),
      ],
    }),
  );
  assert.equal(snapshot.brokers[2]?.cordoned, true);
  assert.equal(snapshot.brokers[2]?.logDirs[0]?.freeBytes, 0);
  const {
    reassigning: _running,
    warnings: _warnings,
    errors: _errors,
    kind: _kind,
    version: _version,
    ...plain
  } = snapshot;
  assert.deepEqual(parseSnapshot(renderJson(snapshot, 0)), plain);
  assert.throws(() => planReassignment(snapshot, { ...plainRequest, drain: [1] }), { code: 'NO_ROOM' });
  assert.throws(() => planReassignment(snapshot, { ...plainRequest, fill: [3] }), /cordoned/);
});
