import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listDocument } from '../../../src/base/result.js';
import { readAnswer } from '../../../src/zk/ask.js';
import { parseTraceMask } from '../../../src/zk/trace-mask.js';
import * as zk from '../../../src/zk/words.js';
import { recording } from './golden.js';

test('an ensemble whose answers are facts is one table, a row a server', () => {
  const items = ['leader', 'follower', 'observer'].map((role) =>
    readAnswer(zk.srvr, `${role}:2181`, recording(`3.8.4/${role}/srvr`)),
  );
  const { names, sections: all } = zk.srvr.view(listDocument('ZkSrvrList', 1, items));
  const sections = [...all];
  assert.deepEqual(names, ['leader:2181', 'follower:2181', 'observer:2181']);
  assert.equal(sections.length, 1);
  const [table] = sections;
  assert.ok(table?.type === 'table');
  assert.deepEqual(
    table.rows.map(([server, mode]) => [server, typeof mode === 'object' ? mode?.text : mode]),
    [
      ['leader:2181', 'leader'],
      ['follower:2181', 'follower'],
      ['observer:2181', 'observer'],
    ],
  );
  // Only the leader has proposal sizes.
  assert.deepEqual(
    table.rows.map((row) => row.at(-1)),
    ['90/48/90 bytes', null, null],
  );
});

test('answers that hold tables stand below each other, titled by server', () => {
  const items = ['leader', 'follower'].map((role) =>
    readAnswer(zk.dump, `${role}:2181`, recording(`3.8.4/${role}/dump`)),
  );
  const sections = [...zk.dump.view(listDocument('ZkDumpList', 1, items)).sections];
  assert.deepEqual(
    sections.map((section) => section.type !== 'text' && section.title),
    [
      'leader:2181 sessions',
      'leader:2181 ephemerals',
      'leader:2181 connections',
      'follower:2181 sessions',
      'follower:2181 ephemerals',
      'follower:2181 connections',
    ],
  );
});

test('a list without answers shows nothing', () => {
  assert.deepEqual(zk.srvr.view(listDocument('ZkSrvrList', 1, [])), { sections: [], names: [] });
});

test('a time that is none is shown as it is', () => {
  const line = recording('3.9.3/standalone/cons')
    .toString()
    .replace('est=1795364711844', 'est=9223372036854775807');
  const { sections } = zk.cons.view(readAnswer(zk.cons, 'zk1:2181', Buffer.from(line)));
  assert.ok(
    JSON.stringify(sections, (_, value) => (typeof value === 'bigint' ? `${value}` : value)).includes(
      '"9223372036854775807"',
    ),
  );
});

test('reads trace masks of 64 bits', () => {
  assert.equal(parseTraceMask('306'), 306n);
  assert.equal(parseTraceMask('0x132'), 306n);
  assert.equal(parseTraceMask('-1'), -1n);
  for (const text of ['', 'x', '1.5', '9223372036854775808', '0xffffffffffffffff', '0x'])
    assert.throws(() => parseTraceMask(text), { code: 'USAGE' });
});
