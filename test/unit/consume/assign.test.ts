import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MemberSubscription } from '../../../src/client/assign.js';
import { assignors } from '../../../src/client/assignors.js';
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
  sticky: string;
  'cooperative-sticky': string;
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
      const assigned = assignors[name](members, new Map(Object.entries(partitions)));
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

const topics = ['bier-bar', 'aa'];

test('the consumer protocol has the bytes of Kafka’s own consumer', () => {
  const joining = { topics, owned: [], previous: [], generationId: -1 };
  assert.equal(encodeSubscription('range', joining).toString('hex'), golden.subscription);
  assert.equal(encodeAssignment(assignment).toString('hex'), golden.assignment);
});

for (const name of ['sticky', 'cooperative-sticky'] as const) {
  test(`${name}: the subscription has the bytes of Kafka’s own consumer, and is read`, () => {
    const held = [1, 3].map((partition) => ({ topic: 'aa', partition }));
    const owned = name === 'sticky' ? [] : held;
    const bytes = encodeSubscription(name, { topics, owned, previous: held, generationId: 7 });
    assert.equal(bytes.toString('hex'), golden[name]);
    assert.deepEqual(decodeSubscription(name, bytes), {
      topics: ['aa', 'bier-bar'],
      owned: held,
      generationId: 7,
    });
  });
}

test('what was encoded is decoded; no bytes are no partitions', () => {
  assert.deepEqual(decodeAssignment(encodeAssignment(assignment)), assignment);
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), []);
});

test('a cut-off assignment is refused', () => {
  const bytes = encodeAssignment(assignment);
  for (let length = 1; length < bytes.length; length++)
    assert.throws(() => decodeAssignment(bytes.subarray(0, length)), { code: 'MALFORMED_RESPONSE' });
});
