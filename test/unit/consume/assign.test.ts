import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assignors, type MemberSubscription } from '../../../src/client/assign.js';
import type { TopicPartition } from '../../../src/client/fetch-leaders.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/client/group-protocol.js';

/** Written by Kafka's own classes: test/golden/consume/Assignments.java. */
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../golden/consume/assignments.json'), 'utf8'),
) as {
  subscription: string;
  assignment: string;
  cases: Array<{
    partitions: Record<string, number>;
    members: MemberSubscription[];
    range: Record<string, string[]>;
    roundrobin: Record<string, string[]>;
  }>;
};

for (const name of ['range', 'roundrobin'] as const) {
  test(`${name}: shares out as Kafka's own assignor does`, () => {
    assert.ok(golden.cases.length >= 50);
    for (const { partitions, members, ...expected } of golden.cases) {
      const assigned =
        assignors.get(name)?.(members, new Map(Object.entries(partitions))) ??
        new Map<string, TopicPartition[]>();
      const shown = Object.fromEntries(
        [...assigned].map(([id, list]) => [id, list.map((p) => `${p.topic}-${p.partition}`).sort()]),
      );
      assert.deepEqual(shown, expected[name], JSON.stringify({ partitions, members }));
    }
  });
}

const assignment = [
  { topic: 'bier-bar', partition: 0 },
  { topic: 'bier-bar', partition: 2 },
  { topic: 'aa', partition: 1 },
];

test('the consumer protocol has the bytes of Kafka’s own consumer', () => {
  assert.equal(encodeSubscription(['bier-bar', 'aa']).toString('hex'), golden.subscription);
  assert.equal(encodeAssignment(assignment).toString('hex'), golden.assignment);
});

test('what was encoded is decoded; no bytes are no partitions', () => {
  assert.deepEqual(decodeSubscription(encodeSubscription(['b', 'a'])), ['a', 'b']);
  assert.deepEqual(decodeAssignment(encodeAssignment(assignment)), assignment);
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), []);
});

test('a cut-off assignment is refused', () => {
  const bytes = encodeAssignment(assignment);
  for (let length = 1; length < bytes.length; length++)
    assert.throws(() => decodeAssignment(bytes.subarray(0, length)), { code: 'MALFORMED_RESPONSE' });
});
