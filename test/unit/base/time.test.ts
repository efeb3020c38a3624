import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTime } from '../../../src/base/time.js';

const now = new Date(2026, 2, 10, 15, 30);
const local = (day: number, hours = 0, minutes = 0, seconds = 0) =>
  new Date(2026, 2, day, hours, minutes, seconds).getTime();

const times: Array<[text: string, ms: number]> = [
  ['2026-05-01T10:00:00Z', Date.UTC(2026, 4, 1, 10)],
  ['2026-05-01t10:00:00.250z', Date.UTC(2026, 4, 1, 10, 0, 0, 250)],
  ['2026-05-01 10:00:00+02:00', Date.UTC(2026, 4, 1, 8)],
  ['2026-03-01', local(1)],
  ['2026-03-01 7:05', local(1, 7, 5)],
  ['1700000000123', 1_700_000_000_123],
  ['15m', now.getTime() - 900_000],
  ['1h30m', now.getTime() - 5_400_000],
  ['now', now.getTime()],
  ['today', local(10)],
  ['yesterday', local(9)],
  ['yesterday 10:00', local(9, 10)],
  ['10:00:05', local(10, 10, 0, 5)],
];
for (const [text, ms] of times) {
  test(`the time ${text}`, () => assert.equal(parseTime(text, now), ms));
}

for (const text of [
  '',
  'soon',
  '1700000000',
  '2026-13-01',
  '2026-05-01T25:00Z',
  '15',
  '10:00 yesterday',
  'Z',
]) {
  test(`"${text}" is no time`, () => {
    assert.throws(() => parseTime(text, now), { exitCode: 2, message: `"${text}" is not a time` });
  });
}
