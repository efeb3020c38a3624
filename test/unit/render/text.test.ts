import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outputFormats, renderDocument } from '../../../src/render/document.js';
import { renderText, renderTsv } from '../../../src/render/text.js';
import { toned, type View } from '../../../src/render/view.js';

const plain = { colour: false, wide: false };

const view: View = {
  sections: [
    {
      type: 'facts',
      title: 'orders',
      facts: [
        ['id', 'abc'],
        ['min ISR', null],
      ],
    },
    {
      type: 'table',
      columns: [
        { header: 'partition', align: 'right' },
        { header: 'leader' },
        { header: 'epoch', wide: true },
      ],
      rows: [
        [0, toned('none', 'bad'), 7n],
        [10, 2, null],
      ],
    },
  ],
  names: ['orders'],
};

test('a view is drawn without rules, numbers to the right, nulls as a dash', async () => {
  assert.equal(
    await renderText(view, plain),
    `orders
id:       abc
min ISR:  -

PARTITION  LEADER
        0  none
       10  2
`,
  );
});

test('wide columns are shown on request', async () => {
  const text = await renderText(view, { colour: false, wide: true });
  assert.match(text, /PARTITION {2}LEADER {2}EPOCH\n {8}0 {2}none {4}7\n/);
});

test('colour is put around cells and changes nothing else', async () => {
  const coloured = await renderText(view, { colour: true, wide: false });
  const esc = String.fromCharCode(27);
  assert.ok(coloured.includes(`${esc}[31mnone${esc}[39m`));
  const bare = coloured.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '').replace(/[ \t]+$/gm, '');
  assert.equal(bare, await renderText(view, plain));
});

test('an empty table says so, or nothing', async () => {
  const empty = { type: 'table' as const, columns: [{ header: 'a' }], rows: [] };
  assert.equal(
    await renderText({ sections: [{ ...empty, whenEmpty: 'No topics.' }], names: [] }, plain),
    'No topics.\n',
  );
  assert.equal(await renderText({ sections: [empty], names: [] }, plain), '');
});

test('TSV has a header line, then a row a line, nulls empty, nothing wide left out', () => {
  assert.equal(renderTsv(view), 'id\tabc\nmin ISR\t\npartition\tleader\tepoch\n0\tnone\t7\n10\t2\t\n');
});

const hostile = fc.string({ unit: 'binary', minLength: 1 });

test('TSV gives back any text, by undoing its escapes', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (row) => {
      const columns = row.map((_, index) => ({ header: `c${index}` }));
      const [, line = '', rest] = renderTsv({
        sections: [{ type: 'table', columns, rows: [row] }],
        names: [],
      }).split('\n');
      assert.equal(rest, '');
      assert.deepEqual(line.split('\t').map(undoEscapes), row);
    }),
  );
});

function undoEscapes(field: string): string {
  const short: Record<string, string> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
  return field.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/g, (_, two, four, one) =>
    one === undefined ? String.fromCharCode(Number.parseInt(two ?? four, 16)) : (short[one] ?? one),
  );
}

test('control characters from a cluster never reach the terminal, in any format and any place', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(...outputFormats), async (text, format) => {
      const hostileView: View = {
        sections: [
          { type: 'facts', title: text, facts: [[text, text]] },
          { type: 'table', columns: [{ header: 'name' }], rows: [[text], [toned(text, 'warn')]] },
          { type: 'text', text },
        ],
        names: [text],
      };
      const drawn = await renderDocument({ kind: 'X', version: 1, text }, () => hostileView, format, false);
      for (const char of drawn) {
        const code = char.codePointAt(0) ?? 0;
        assert.ok(code >= 0x20 || code === 0x0a || code === 0x09, `${code} in ${JSON.stringify(drawn)}`);
        assert.ok(code < 0x7f || code > 0x9f, `${code} in ${JSON.stringify(drawn)}`);
      }
    }),
  );
});

test('a line feed in a cell makes no second row', async () => {
  const drawn = await renderText(
    { sections: [{ type: 'table', columns: [{ header: 'group' }], rows: [['a\nb']] }], names: [] },
    plain,
  );
  assert.equal(drawn, 'GROUP\na\\nb\n');
});

test('in TSV tables with the same columns are one, and facts for people are left out', () => {
  const columns = [{ header: 'topic' }, { header: 'partition' }];
  const tsv = renderTsv({
    sections: ['a', 'b'].flatMap((topic) => [
      { type: 'facts' as const, title: topic, facts: [['id', '1'] as [string, string]], forPeople: true },
      { type: 'table' as const, columns, rows: [[topic, 0]] },
    ]),
    names: [],
  });
  assert.equal(tsv, 'topic\tpartition\na\t0\nb\t0\n');
});
