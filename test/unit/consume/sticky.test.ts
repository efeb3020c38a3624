import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MemberSubscription } from '../../../src/client/assign.js';
import { assignCooperatively, assignSticky } from '../../../src/client/assign-sticky.js';
import { partitionName, type TopicPartition } from '../../../src/client/fetch-leaders.js';

type Shares = Map<string, TopicPartition[]>;

const sizes = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)), {
  minLength: 1,
  selector: ([topic]) => topic,
});
const ids = fc.uniqueArray(fc.constantFrom<string[]>('m1', 'm2', 'm3', 'm4', 'm5', 'm6'), { minLength: 1 });

function membersOf(names: readonly string[], topics: readonly string[], shares: Shares = new Map()) {
  return names.map(
    (memberId): MemberSubscription => ({
      memberId,
      instanceId: null,
      topics,
      owned: shares.get(memberId) ?? [],
      generationId: shares.has(memberId) ? 1 : -1,
    }),
  );
}

const namesOf = (shares: Shares) => [...shares.values()].flat().map(partitionName).sort();
const loads = (shares: Shares) => [...shares.values()].map(({ length }) => length);

test('sticky: everything is given once, evenly, and what moves is what evenness asks for', () => {
  fc.assert(
    fc.property(sizes, ids, ids, (entries, before, after) => {
      const counts = new Map(entries);
      const topics = [...counts.keys()];
      const all = entries
        .flatMap(([topic, n]) => Array.from({ length: n }, (_, p) => `${topic}-${p}`))
        .sort();
      const first = assignSticky(membersOf(before, topics), counts);
      assert.deepEqual(namesOf(first), all);
      const second = assignSticky(membersOf(after, topics, first), counts);
      assert.deepEqual(namesOf(second), all);
      assert.ok(Math.max(...loads(second)) - Math.min(...loads(second)) <= 1);

      const quota = Math.ceil(all.length / after.length);
      for (const memberId of after) {
        const had = (first.get(memberId) ?? []).map(partitionName);
        const has = new Set((second.get(memberId) ?? []).map(partitionName));
        const kept = had.filter((name) => has.has(name)).length;
        assert.ok(kept >= Math.min(had.length, quota - 1), `${memberId} kept ${kept} of ${had.length}`);
      }
    }),
  );
});

test('sticky: with subscriptions that differ, nobody gets what it did not ask for', () => {
  const wishes = fc.array(fc.subarray(['a', 'b', 'c', 'd']), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(sizes, wishes, (entries, wanted) => {
      const counts = new Map(entries);
      const members = wanted.map(
        (topics, index) => ({ ...membersOf([`m${index}`], topics)[0] }) as MemberSubscription,
      );
      const shares = assignSticky(members, counts);
      const asked = new Set(wanted.flat());
      const all = entries.flatMap(([topic, n]) =>
        asked.has(topic) ? Array.from({ length: n }, (_, p) => `${topic}-${p}`) : [],
      );
      assert.deepEqual(namesOf(shares), all.sort());
      for (const { memberId, topics } of members)
        assert.ok(shares.get(memberId)?.every(({ topic }) => topics.includes(topic)));
    }),
  );
});

test('cooperative: what another holds is given only once that one has given it up', () => {
  fc.assert(
    fc.property(sizes, ids, ids, (entries, before, after) => {
      const counts = new Map(entries);
      const topics = [...counts.keys()];
      const held = assignSticky(membersOf(before, topics), counts);
      const holderOf = new Map(
        [...held].flatMap(([id, share]) =>
          after.includes(id) ? share.map((p) => [partitionName(p), id]) : [],
        ),
      );
      const first = assignCooperatively(membersOf(after, topics, held), counts);
      for (const [memberId, share] of first)
        for (const name of share.map(partitionName)) assert.equal(holderOf.get(name) ?? memberId, memberId);
      const second = assignCooperatively(membersOf(after, topics, first), counts);
      assert.equal(
        namesOf(second).length,
        entries.reduce((sum, [, n]) => sum + n, 0),
      );
      assert.deepEqual(
        namesOf(assignCooperatively(membersOf(after, topics, second), counts)),
        namesOf(second),
      );
    }),
  );
});

test('of two claims the newer generation counts, and neither of two alike', () => {
  const claim = (memberId: string, generationId: number) => ({
    memberId,
    instanceId: null,
    topics: ['a'],
    owned: [{ topic: 'a', partition: 1 }],
    generationId,
  });
  const counts = new Map([['a', 2]]);
  const newer = assignSticky([claim('m1', 3), claim('m2', 4)], counts);
  assert.deepEqual(newer.get('m2'), [{ topic: 'a', partition: 1 }]);
  assert.deepEqual(loads(assignSticky([claim('m1', 3), claim('m2', 3)], counts)), [1, 1]);
});
