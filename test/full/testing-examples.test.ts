import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { findByCommandLine } from '../../src/cluster/local/identity.js';
import { projectWithKctl } from '../support/packed.js';

const project = projectWithKctl(['vitest@~4.1', 'jest@~30.4']);
const state = join(project, 'state');
after(() => rmSync(project, { recursive: true, force: true }));

const runners: Array<[name: string, words: string[]]> = [
  ['Vitest', ['vitest/vitest.mjs', 'run', 'vitest.test.mjs']],
  ['Jest', ['jest/bin/jest.js', '--rootDir', project, '--runTestsByPath', 'jest.test.cjs']],
];
for (const [name, [program = '', ...words]] of runners) {
  test(`the example of ${name} passes with the packed package, and leaves nothing`, async () => {
    const env = { ...process.env, KCTL_STATE_DIR: state, NO_COLOR: '1' };
    const line = [join(project, 'node_modules', program), ...words];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, line, {
      cwd: project,
      env,
      timeout: 180_000,
    });
    assert.match(stdout + stderr, /Tests:? +1 passed/);
    assert.deepEqual(findByCommandLine(`@${state}`), []);
  });
}
