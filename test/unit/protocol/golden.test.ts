import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeResponse, encodeRequest } from '../../../src/protocol/frame.js';
import { alterPartitionReassignments } from '../../../src/protocol/messages/alter-partition-reassignments.js';
import { apiVersions } from '../../../src/protocol/messages/api-versions.js';
import { consumerProtocolSubscription } from '../../../src/protocol/messages/consumer-protocol.js';
import { createTopics } from '../../../src/protocol/messages/create-topics.js';
import { describeTopicPartitions } from '../../../src/protocol/messages/describe-topic-partitions.js';
import { fetch } from '../../../src/protocol/messages/fetch.js';
import { metadata } from '../../../src/protocol/messages/metadata.js';
import { type Api, type Input, type Output, type Shape, zeroUuid } from '../../../src/protocol/schema.js';

/** Frames written by the Java classes of kafka-clients 3.9.2, correlation id 7, client id `kctl`. */
const golden: Record<string, string> = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
);
const topicId = 'qCdWzAdgRYm_0lSCZVDcEA';

function frameOf(name: string): string {
  const hex = golden[name];
  assert.ok(hex, `golden.json lacks ${name}`);
  return hex;
}

function requestIs<Req extends Shape>(api: Api<Req>, version: number, body: Input<Req>): void {
  test(`${api.name} request ${version}`, () => {
    const frame = Buffer.concat(encodeRequest(api, version, { correlationId: 7, clientId: 'kctl' }, body));
    assert.equal(frame.toString('hex'), frameOf(`${api.name} request ${version}`));
  });
}

function responseIs<Res extends Shape>(
  api: Api<Shape, Res>,
  version: number,
  body: Output<Res>,
  asked = version,
): void {
  test(`${api.name} response ${version}, asked in ${asked}`, () => {
    const frame = Buffer.from(frameOf(`${api.name} response ${version}`), 'hex');
    assert.deepEqual(decodeResponse(api, asked, frame), body);
  });
}

const software = { clientSoftwareName: 'kctl', clientSoftwareVersion: '0.1.0' };
requestIs(apiVersions, 0, software);
requestIs(apiVersions, 3, software);

requestIs(metadata, 1, { topics: null });
requestIs(metadata, 12, {
  topics: [{ name: 'bier-bar' }, { name: null, topicId }],
  allowAutoTopicCreation: false,
});

const bierBar = {
  name: 'bier-bar',
  numPartitions: -1,
  replicationFactor: -1,
  assignments: [{ partitionIndex: 0, brokerIds: [1, 2] }],
  configs: [
    { name: 'retention.ms', value: '60000' },
    { name: 'cleanup.policy', value: null },
  ],
};
requestIs(createTopics, 4, { topics: [bierBar], timeoutMs: 10_000, validateOnly: true });
requestIs(createTopics, 7, { topics: [bierBar], timeoutMs: 10_000, validateOnly: true });

const patience = { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 20 };
const position = { partition: 2, partitionMaxBytes: 65_536 };
requestIs(fetch, 4, {
  ...patience,
  topics: [{ topic: 'bier-bar', partitions: [{ ...position, fetchOffset: -1n }] }],
});
requestIs(fetch, 17, {
  ...patience,
  clusterId: 'zürich',
  replicaState: { replicaId: 3, replicaEpoch: 4n },
  isolationLevel: 1,
  topics: [{ topicId, partitions: [{ ...position, fetchOffset: 1n << 40n, replicaDirectoryId: topicId }] }],
  rackId: 'r1',
});

requestIs(alterPartitionReassignments, 0, {
  topics: [{ name: 'bier-bar', partitions: [{ partitionIndex: 0, replicas: null }] }],
});

responseIs(apiVersions, 3, {
  errorCode: 0,
  apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 12 }],
  throttleTimeMs: 5,
  supportedFeatures: [],
  finalizedFeaturesEpoch: 9n,
  finalizedFeatures: [{ name: 'metadata.version', maxVersionLevel: 21, minVersionLevel: 21 }],
  zkMigrationReady: true,
});

const refusal = {
  errorCode: 35,
  apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 2 }],
  throttleTimeMs: 0,
  supportedFeatures: [],
  finalizedFeaturesEpoch: -1n,
  finalizedFeatures: [],
  zkMigrationReady: false,
};
responseIs(apiVersions, 0, refusal);
responseIs(apiVersions, 0, refusal, 4);

responseIs(fetch, 16, {
  throttleTimeMs: 1,
  errorCode: 0,
  sessionId: 77,
  responses: [
    {
      topic: '',
      topicId,
      partitions: [
        {
          partitionIndex: 1,
          errorCode: 6,
          highWatermark: -1n,
          lastStableOffset: -1n,
          logStartOffset: -1n,
          divergingEpoch: { epoch: -1, endOffset: -1n },
          currentLeader: { leaderId: 2, leaderEpoch: 5 },
          snapshotId: { endOffset: -1n, epoch: -1 },
          abortedTransactions: [],
          preferredReadReplica: -1,
          records: null,
        },
      ],
    },
  ],
  nodeEndpoints: [{ nodeId: 2, host: 'localhost', port: 9093, rack: null }],
});

responseIs(describeTopicPartitions, 0, {
  throttleTimeMs: 0,
  topics: [],
  nextCursor: { topicName: 'bier-bar', partitionIndex: 2 },
});

test('ConsumerProtocolSubscription data 3', () => {
  const body = {
    topics: ['bier-bar'],
    userData: null,
    ownedPartitions: [{ topic: 'bier-bar', partitions: [0, 2] }],
    generationId: 4,
    rackId: 'r1',
  };
  const hex = frameOf('ConsumerProtocolSubscription data 3');
  assert.equal(consumerProtocolSubscription.encode(3, body).toString('hex'), hex);
  assert.deepEqual(consumerProtocolSubscription.decode(Buffer.from(hex, 'hex')), body);
});

test('a zero uuid is what Java prints for Uuid.ZERO_UUID', () => {
  assert.equal(Buffer.alloc(16).toString('base64url'), zeroUuid);
});
