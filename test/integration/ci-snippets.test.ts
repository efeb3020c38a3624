import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../support/kctl.js';

/** docs/ci.md: its files are YAML, and every line that a runner would give to a shell is run. */
const folder = mkdtempSync(join(tmpdir(), 'kctl-ci-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const programs = {
  kctl: `exec "${process.execPath}" "${join(root, 'bin', 'run.js')}" "$@"`,
  // Nothing is installed here; the tests of whoever reads the page need a cluster.
  'apt-get': ':',
  npm: '[ "$1" = install ] || kctl cluster wait --brokers "$EXPECTED_BROKERS"',
};
for (const [name, script] of Object.entries(programs))
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

interface Pipeline {
  jobs?: { test: { env: Record<string, string>; steps: Array<{ uses?: string; run?: string }> } };
  test?: { variables: Record<string, string>; before_script: string[]; script: string[] };
}
const [github, gitlab] = readFileSync(join(root, 'docs', 'ci.md'), 'utf8')
  .split(/^```(?:yaml)?\n/m)
  .filter((_, index) => index % 2 === 1)
  .map((text) => parse(text) as Pipeline);

function runSteps(lines: string[], variables: Record<string, string> = {}, brokers: number): void {
  const env = {
    ...process.env,
    KAFKA_VERSION: variables.KAFKA_VERSION,
    KCTL_STATE_DIR: join(folder, 'state'),
    GITHUB_ENV: join(folder, 'github-env'),
    EXPECTED_BROKERS: String(brokers),
    PATH: [folder, process.env.PATH].join(delimiter),
  };
  for (const line of lines) {
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', line], { env, encoding: 'utf8' });
    assert.equal(status, 0, `${line}: ${stderr}`);
  }
}

test('the steps for GitHub Actions work', () => {
  const { env, steps } = github?.jobs?.test ?? { env: {}, steps: [] };
  assert.ok(steps.every(({ uses, run }) => (uses === undefined) !== (run === undefined)));
  const lines = steps.flatMap(({ run }) => run ?? []);
  assert.equal(lines.length, 4);
  runSteps(lines, env, 3);
  // It becomes a part of the cache's key.
  assert.match(readFileSync(join(folder, 'github-env'), 'utf8'), /^KCTL_VERSION=[\w.-]+\n$/);
});

test('the lines for GitLab work', () => {
  const { variables = {}, before_script: before = [], script = [] } = gitlab?.test ?? {};
  assert.equal(script.length, 1);
  runSteps([...before, ...script], variables, 1);
});
