import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadline, pause } from '../../../src/base/deadline.js';

test('time runs out and stays out', async () => {
  const deadline = new Deadline(20);
  assert.equal(deadline.passed, false);
  assert.ok(deadline.remainingMs() > 0 && deadline.remainingMs() <= 20);
  await pause(25);
  assert.equal(deadline.remainingMs(), 0);
  assert.equal(deadline.passed, true);
});

test('no time is left at once where none was given', () => {
  assert.equal(new Deadline(0).passed, true);
});

test('a deadline beyond what a timer holds is cut, not taken for one millisecond', () => {
  assert.equal(new Deadline(60 * 86_400_000).timeoutMs, 2 ** 31 - 1);
  assert.equal(new Deadline(Number.POSITIVE_INFINITY).timeoutMs, 2 ** 31 - 1);
});

test('a pause ends with its signal, and at once when that was given before', async () => {
  const controller = new AbortController();
  const startedAt = performance.now();
  const waiting = pause(60_000, controller.signal);
  controller.abort();
  await waiting;
  await pause(60_000, controller.signal);
  assert.ok(performance.now() - startedAt < 1000);
});
