import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderJson } from '../../../src/base/json.js';
import { invertPlan, parsePlan, staleMoves } from '../../../src/reassign/plan/document.js';
import { exportKafkaJson, parseKafkaJson } from '../../../src/reassign/plan/kafka-json.js';
import { planAssignments, planReassignment } from '../../../src/reassign/plan/plan.js';
import { parseSnapshot } from '../../../src/reassign/plan/snapshot.js';
import { type ClusterSnapshot, plainRequest } from '../../../src/reassign/plan/types.js';
import { viewPlan } from '../../../src/reassign/views.js';
import { renderText } from '../../../src/render/text.js';
import { randomCluster, seeded } from '../../support/random-clusters.js';
import { assertDocument } from '../../support/schemas.js';

const shape = { brokers: 6, racks: 3, partitions: 30 };
const clusters = fc.nat().map((seed) => randomCluster(shape, seeded(seed)));

/** The cluster after a plan. */
function applied(
  snapshot: ClusterSnapshot,
  moves: Array<{ topic: string; partition: number; to: number[] }>,
) {
  const then = new Map(moves.map((move) => [`${move.topic}-${move.partition}`, move.to]));
  const topics = snapshot.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((p) => {
      const replicas = then.get(`${name}-${p.partition}`) ?? p.replicas;
      return { ...p, replicas, leader: replicas[0] ?? -1 };
    }),
  }));
  return { ...snapshot, topics };
}

test('a plan comes back from its file, is stale only where the cluster changed, and its inverse takes it back', () => {
  fc.assert(
    fc.property(clusters, (snapshot) => {
      const plan = planReassignment(snapshot, { ...plainRequest, drain: [2] });
      const text = renderJson(plan, 2);
      assertDocument(text, 'ReassignmentPlan');
      assert.deepEqual(parsePlan(text), plan);
      assert.deepEqual(staleMoves(plan, snapshot), []);
      const after = applied(snapshot, plan.moves);
      assert.deepEqual(staleMoves(plan, after), []);
      const inverse = invertPlan(plan);
      assertDocument(renderJson(inverse, 0), 'ReassignmentPlan');
      assert.deepEqual(
        applied(after, inverse.moves).topics.map((t) => t.partitions.map((p) => p.replicas)),
        snapshot.topics.map((t) => t.partitions.map((p) => p.replicas)),
      );
      const [first] = plan.moves;
      if (!first) return;
      const other = applied(snapshot, [{ ...first, to: [6] }]);
      assert.deepEqual(
        staleMoves(plan, other).map(({ now }) => now),
        first.from.join() === '6' || first.to.join() === '6' ? [] : [[6]],
      );
    }),
    { numRuns: 20 },
  );
});

test("Kafka's file of a plan makes the same plan again", () => {
  fc.assert(
    fc.property(clusters, (snapshot) => {
      const plan = planReassignment(snapshot, { ...plainRequest, drain: [1] });
      const again = planAssignments(snapshot, parseKafkaJson(exportKafkaJson(plan.moves, 'to')));
      assert.deepEqual(again.moves, plan.moves);
      assert.equal(again.bytesToMove, plan.bytesToMove);
    }),
    { numRuns: 20 },
  );
});

for (const [text, why] of [
  ['{', 'not JSON'],
  ['[]', 'not a JSON object'],
  ['{"partitions":[]}', 'no version'],
  ['{"version":2,"partitions":[]}', 'version is 2'],
  ['{"version":1}', '"partitions" is not a list'],
  ['{"version":1,"partitions":[],"more":1}', 'field "more"'],
  ['{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1],"x":1}]}', 'field "x"'],
  ['{"version":1,"partitions":[{"topic":"t","partition":-1,"replicas":[1]}]}', '"partition"'],
  ['{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,1]}]}', '"replicas"'],
  [
    '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1],"log_dirs":["a","b"]}]}',
    '2 directories',
  ],
  [
    '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1]},{"topic":"t","partition":0,"replicas":[2]}]}',
    'twice',
  ],
] as const) {
  test(`Kafka's file ${text.slice(0, 70)} is refused: ${why}`, () => {
    assert.throws(
      () => parseKafkaJson(text),
      (error: Error) => error.message.includes(why),
    );
  });
}

for (const [text, why] of [
  ['{"kind":"TopicList","version":1}', 'kind'],
  ['{"kind":"ClusterSnapshot","version":2}', 'version'],
  ['{"kind":"ClusterSnapshot","version":1,"brokers":{}}', 'brokers: not a list'],
  ['{"kind":"ClusterSnapshot","version":1,"brokers":[{"id":-1}]}', 'brokers[0].id'],
  ['{"kind":"ClusterSnapshot","version":1,"brokers":[{"id":1,"rack":5}]}', 'brokers[0].rack'],
  ['{"kind":"ClusterSnapshot","version":1,"brokers":[],"topics":[{"name":"t"}]}', 'topics[0].partitions'],
  [
    '{"kind":"ClusterSnapshot","version":1,"brokers":[],"topics":[{"name":"t","partitions":[{"partition":0,"replicas":[]}]}]}',
    'topics[0].partitions[0].replicas',
  ],
] as const) {
  test(`the snapshot ${text.slice(0, 90)} is refused: ${why}`, () => {
    assert.throws(
      () => parseSnapshot(text),
      (error: Error) => error.message.includes(why),
    );
  });
}

test('a snapshot needs no more than ids and replicas', () => {
  const text =
    '{"kind":"ClusterSnapshot","version":1,"brokers":[{"id":1},{"id":2}],"topics":[{"name":"t","partitions":[{"partition":0,"replicas":[2,1]}]}]}';
  const snapshot = parseSnapshot(text);
  assert.deepEqual(snapshot.topics[0]?.partitions, [
    { partition: 0, replicas: [2, 1], leader: 2, sizeBytes: null },
  ]);
  assert.throws(() => planReassignment(snapshot, { ...plainRequest, balance: true }), /sizes/);
  const plan = planReassignment(snapshot, { ...plainRequest, balance: true, by: 'count' });
  assert.deepEqual(plan.moves, []);
});

test('the view states the bytes beside their bound, and the time that the busiest broker takes', async () => {
  const partitions = [0, 1].map((partition) => ({
    partition,
    replicas: [1],
    leader: 1,
    sizeBytes: 100 * 1024 ** 2,
  }));
  const brokers = [1, 2].map((id) => ({ id, rack: null, alive: true, logDirs: [] }));
  const snapshot = { clusterId: 'c', brokers, topics: [{ name: 't', partitions }] };
  const plan = planReassignment(snapshot, { ...plainRequest, balance: true });
  const text = await renderText(viewPlan(plan, 10 * 1024 ** 2), { colour: false, wide: false });
  assert.match(text, /100\.0 MiB; no plan can move less than 90\.0 MiB/);
  assert.match(text, /time at 10\.0 MiB\/s a broker: +10s at least/);
  assert.match(text, /2 → 1 +2 → 1 +200\.0 MiB → 100\.0 MiB +█{12} +█{6} +0 B +100\.0 MiB/);
});
