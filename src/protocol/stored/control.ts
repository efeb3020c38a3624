import { array, int16, int32, int64, string, struct, uint16, uuid } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

const voter = { voterId: int32(), voterDirectoryId: uuid().since(1) };

/** Control records (org.apache.kafka.common.record.ControlRecordType): their keys are a version, then the type. */
export const controlRecords: readonly StoredRecord[] = [
  { type: 0, name: 'EndTxnMarker', versions: [0, 0], fields: { coordinatorEpoch: int32() } },
  { type: 1, name: 'EndTxnMarker', versions: [0, 0], fields: { coordinatorEpoch: int32() } },
  {
    type: 2,
    name: 'LeaderChangeMessage',
    versions: [0, 1],
    flexible: 0,
    fields: { version: int16(), leaderId: int32(), voters: array(voter), grantingVoters: array(voter) },
  },
  {
    type: 3,
    name: 'SnapshotHeaderRecord',
    versions: [0, 0],
    flexible: 0,
    fields: { version: int16(), lastContainedLogTimestamp: int64() },
  },
  {
    type: 4,
    name: 'SnapshotFooterRecord',
    versions: [0, 0],
    flexible: 0,
    fields: { version: int16() },
  },
  {
    type: 5,
    name: 'KRaftVersionRecord',
    versions: [0, 0],
    flexible: 0,
    fields: { version: int16(), kRaftVersion: int16() },
  },
  {
    type: 6,
    name: 'VotersRecord',
    versions: [0, 0],
    flexible: 0,
    fields: {
      version: int16(),
      voters: array({
        voterId: int32(),
        voterDirectoryId: uuid(),
        endpoints: array({ name: string(), host: string(), port: uint16() }),
        kRaftVersionFeature: struct({ minSupportedVersion: int16(), maxSupportedVersion: int16() }),
      }),
    },
  },
];

/** Their names, as Kafka's tools print them. */
export const controlTypes = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
];
