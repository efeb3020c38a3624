import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderText, renderTsv } from '../../../src/render/text.js';
import type { PartitionDescription, TopicDescription } from '../../../src/topics/types.js';
import { viewTopicChanges, viewTopicDescriptions, viewTopicList } from '../../../src/topics/views.js';

const partition = (more: Partial<PartitionDescription>): PartitionDescription => ({
  partition: 0,
  leader: 1,
  leaderEpoch: 0,
  replicas: [1, 2],
  isr: [1, 2],
  offline: [],
  ...more,
});
const description = (more: Partial<TopicDescription>): TopicDescription => ({
  name: 'orders',
  topicId: 'id',
  internal: false,
  replicationFactor: 2,
  underReplicatedPartitions: 0,
  offlinePartitions: 0,
  minInsyncReplicas: 1,
  configs: {},
  partitions: [partition({})],
  ...more,
});
const documentOf = (items: TopicDescription[]) => ({
  kind: 'TopicDescriptionList',
  version: 1,
  items,
  warnings: [],
  errors: [],
});

const states: Array<[state: string, minInsyncReplicas: number | null, more: Partial<PartitionDescription>]> =
  [
    ['ok', 1, {}],
    ['ok', null, {}],
    ['under-replicated', 1, { isr: [1] }],
    ['under-replicated', null, { isr: [1] }],
    ['under min ISR', 2, { isr: [1] }],
    ['offline', 2, { leader: -1, isr: [], offline: [1, 2] }],
  ];
for (const [state, minInsyncReplicas, more] of states) {
  test(`${JSON.stringify(more)} with min ISR ${minInsyncReplicas} is ${state}`, () => {
    const topic = description({ minInsyncReplicas, partitions: [partition(more)] });
    const [, row = ''] = renderTsv(viewTopicDescriptions(documentOf([topic]))).split('\n');
    assert.deepEqual(row.split('\t').slice(0, 2), ['orders', '0']);
    assert.equal(row.split('\t').at(-1), state);
  });
}

test('sizes are a column only where they were asked for', async () => {
  const columns = (topic: TopicDescription) =>
    renderTsv(viewTopicDescriptions(documentOf([topic])))
      .split('\n')[0]
      ?.split('\t');
  assert.ok(!columns(description({}))?.includes('leader bytes'));
  const sized = description({ sizeBytes: 2n ** 60n, partitions: [partition({ sizeBytes: null })] });
  assert.ok(columns(sized)?.includes('leader bytes'));
  const text = await renderText(viewTopicDescriptions(documentOf([sized])), { colour: false, wide: false });
  assert.match(text, /bytes of all replicas: +1152921504606846976\n/);
});

test('an empty list says so to people, and nothing but its header to programs', async () => {
  const view = viewTopicList({ kind: 'TopicList', version: 1, items: [], warnings: [], errors: [] });
  assert.equal(await renderText(view, { colour: false, wide: false }), 'No topics.\n');
  assert.equal(renderTsv(view).split('\n').length, 2);
});

test('a dry run is marked in every row', () => {
  const view = viewTopicChanges({
    kind: 'TopicChangeList',
    version: 1,
    dryRun: true,
    validatedBy: 'broker',
    items: [{ name: 'orders', result: 'valid' }],
    warnings: [],
    errors: [],
  });
  assert.match(renderTsv(view), /orders\tvalid \(dry run, checked by the broker\)\t\t\n/);
});
