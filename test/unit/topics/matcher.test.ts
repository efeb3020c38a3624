import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { topicMatcher } from '../../../src/topics/list.js';

const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,30}$/);

test('a name without wildcards matches itself and nothing else', () => {
  fc.assert(
    fc.property(name, name, (pattern, other) => {
      assert.equal(topicMatcher(pattern)(other), pattern === other);
    }),
  );
});

test('a star stands for any run of characters, a question mark for one', () => {
  fc.assert(
    fc.property(name, name, fc.nat(30), (a, b, at) => {
      const whole = a + b;
      assert.ok(topicMatcher(`${a}*`)(whole));
      assert.ok(topicMatcher(`*${b}`)(whole));
      const place = at % whole.length;
      assert.ok(topicMatcher(`${whole.slice(0, place)}?${whole.slice(place + 1)}`)(whole));
      assert.ok(!topicMatcher(`${whole}?`)(whole));
    }),
  );
});

test('an expression between slashes is one, and is anchored only by itself', () => {
  assert.ok(topicMatcher('/ier/')('bier-bar'));
  assert.ok(!topicMatcher('/^ier/')('bier-bar'));
  assert.ok(topicMatcher('/^(bier|wein)-\\w+$/')('wein-bar'));
});

test('what stands for something in expressions stands for itself in globs', () => {
  assert.ok(!topicMatcher('a.b')('axb'));
  assert.ok(topicMatcher('a+(b)|[c]{1}^$\\*')('a+(b)|[c]{1}^$\\d'));
});

test('an expression that is none is a usage error', () => {
  assert.throws(
    () => topicMatcher('/(/'),
    (error) =>
      error instanceof KctlError && error.exitCode === ExitCode.usage && error.message.includes('/(/'),
  );
});
