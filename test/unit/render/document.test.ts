import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { renderDocument } from '../../../src/render/document.js';

const document = {
  kind: 'TopicList',
  version: 1,
  items: [
    { name: 'a', bytes: 9_007_199_254_740_993n },
    { name: 'b', bytes: 1n },
  ],
  warnings: [],
  errors: [],
};
const view = () => ({ sections: [], names: ['a', 'b'] });
const render = (value: object, format: 'json' | 'ndjson' | 'yaml' | 'name') =>
  renderDocument(value, view, format, false);

test('JSON is one document with int64 values in full', async () => {
  const text = await render(document, 'json');
  assert.equal(JSON.parse(text).items.length, 2);
  assert.ok(text.includes('"bytes": 9007199254740993'));
  assert.ok(text.endsWith('}\n'));
});

test('NDJSON is a line an item, each with the kind and version of its list', async () => {
  assert.equal(
    await render(document, 'ndjson'),
    '{"kind":"TopicList","version":1,"name":"a","bytes":9007199254740993}\n' +
      '{"kind":"TopicList","version":1,"name":"b","bytes":1}\n',
  );
  assert.equal(await render({ kind: 'Cluster', version: 1 }, 'ndjson'), '{"kind":"Cluster","version":1}\n');
});

test('YAML says the same as the document', async () => {
  assert.deepEqual(parse(await render(document, 'yaml'), { intAsBigInt: true }), {
    ...document,
    version: 1n,
  });
});

test('YAML gives back any text as text, to readers of YAML 1.1 too', async () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('no', 'yes', 'on', 'off', 'y', '1_000', '012', '0o7', '1:30', '~', 'null', '=', '<<'),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const yaml = await render({ text }, 'yaml');
      for (const version of ['1.1', '1.2'] as const) assert.equal(parse(yaml, { version }).text, text);
    }),
  );
});

test('names are a line each', async () => {
  assert.equal(await render(document, 'name'), 'a\nb\n');
});
