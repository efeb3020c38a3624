import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { aliases } from '../../src/cli/main.js';
import { root } from '../support/kctl.js';
import { commands } from '../support/manifest.js';

test('docs/commands.md says what the commands say', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});

for (const { id, name, summary, examples, aliases: own } of commands()) {
  test(`kctl ${name} says what it does, and shows how`, () => {
    assert.match(summary ?? '', /^[A-Z].*\.$/, 'its summary is a sentence');
    assert.notEqual(examples.length, 0, 'it has an example');
    const names = [id, ...own].map((each) => `kctl ${each.replaceAll(':', ' ')}`);
    for (const example of examples) {
      assert.ok(
        names.some((each) => `${example} `.includes(`${each} `)),
        `"${example}" is about ${names.join(' or ')}`,
      );
    }
  });
}

test('what the dispatcher takes for another name of a command is what the command states', () => {
  const stated = commands().flatMap(({ id, aliases: own }) => own.map((alias) => [alias, id]));
  assert.deepEqual(aliases, Object.fromEntries(stated));
});
