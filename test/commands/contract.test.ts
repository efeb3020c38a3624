import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Run, root, runKctl } from '../support/kctl.js';
import { assertErrors } from '../support/schemas.js';

/** Nothing of the person's own may be found, and no cluster. */
const env = {
  KCTL_BOOTSTRAP_SERVERS: '127.0.0.1:1',
  KCTL_ZOOKEEPER: '127.0.0.1:1',
  KCTL_OUTPUT: undefined,
  KCTL_DEBUG: undefined,
  KCTL_COMMAND_CONFIG: undefined,
  KCTL_TIMEOUT: undefined,
};
const run = (words: string[], more: Record<string, string | undefined> = {}): Promise<Run> =>
  runKctl(words, { env: { ...env, ...more } });

const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { summary?: string; examples?: string[]; flags: Record<string, unknown> }>;
};
const ids = Object.keys(manifest.commands);
const topics = [...new Set(ids.filter((id) => id.includes(':')).map((id) => id.slice(0, id.indexOf(':'))))];

test('a command is a file of at most 60 lines', () => {
  const folder = join(root, 'src/commands');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  assert.ok(files.length >= ids.length);
  const tooLong = files.filter((file) => readFileSync(join(folder, file), 'utf8').split('\n').length > 61);
  assert.deepEqual(tooLong, []);
});

for (const id of ids) {
  test(`kctl ${id.replaceAll(':', ' ')} --help shows what it does, with exit 0`, async () => {
    const { code, stdout, stderr } = await run([...id.split(':'), '--help']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.startsWith(manifest.commands[id]?.summary?.split('\n')[0]?.slice(0, 40) ?? '?'), stdout);
    for (const part of ['USAGE', 'EXAMPLES', '--output']) assert.ok(stdout.includes(part), part);
  });
}

for (const topic of topics) {
  test(`kctl ${topic} shows its commands, with exit 0`, async () => {
    for (const words of [[topic], [topic, '--help'], ['help', topic]]) {
      const { code, stdout, stderr } = await run(words);
      assert.deepEqual([code, stderr], [0, '']);
      for (const id of ids.filter((name) => name.startsWith(`${topic}:`) && name.split(':').length === 2))
        assert.ok(stdout.includes(id.replace(':', ' ')), `${words}: ${id}`);
    }
  });
}

test('every topic of commands says what it is about', () => {
  const { oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const parents = ids.flatMap((id) => {
    const words = id.split(':');
    return words.slice(1).map((_, index) => words.slice(0, index + 1).join(':'));
  });
  assert.deepEqual(Object.keys(oclif.topics).sort(), [...new Set(parents)].sort());
});

test('kctl alone, help and --help show every command and topic', async () => {
  const texts = await Promise.all([[], ['help'], ['--help']].map((words) => run(words)));
  for (const { code, stdout, stderr } of texts) {
    assert.deepEqual([code, stderr], [0, '']);
    for (const name of [...topics, ...ids.filter((id) => !id.includes(':'))])
      assert.ok(stdout.includes(name), name);
  }
});

test('the version is one line', async () => {
  const { code, stdout } = await run(['--version']);
  assert.equal(code, 0);
  assert.match(stdout, /^kctl\/\d+\.\d+\.\d+ \S+ node-v\S+\n$/);
});

const misspelt: Array<[words: string[], meant: string]> = [
  [['topcs'], 'kctl topics'],
  [['topcs', 'list'], 'kctl topics list'],
  [['topics', 'lst'], 'kctl topics list'],
  [['topics', 'describ', 'bier-bar'], 'kctl topics describe'],
  [['consol-consumer', 'bier-bar'], 'kctl console-consumer'],
  [['prodce', 'bier-bar'], 'kctl produce'],
  [['zk', 'sta'], 'kctl zk stat'],
  [['topics', 'list', '--intrnal'], '--internal'],
  [['topics', 'create', 'x', '--partition=3'], '--partitions'],
];
for (const [words, meant] of misspelt) {
  test(`kctl ${words.join(' ')}: exit 2, and the nearest name`, async () => {
    const text = await run(words);
    assert.deepEqual([text.code, text.stdout], [2, '']);
    assert.match(text.stderr, /^error: /);
    assert.ok(text.stderr.includes(`Did you mean`) && text.stderr.includes(meant), text.stderr);
    assert.ok(text.stderr.trimEnd().split('\n').length <= 3);
    const json = await run([...words, '-o', 'json']);
    assert.deepEqual([json.code, json.stdout], [2, '']);
    const [error] = assertErrors(json.stderr);
    assert.ok(error.hint.includes(meant));
  });
}

const usage: Array<[what: string, words: string[], env?: Record<string, string>]> = [
  ['nothing like it', ['xyzzy']],
  ['nothing like it, with --help', ['xyzzy', '--help']],
  ['a flag first', ['-b', 'x:1', 'topics', 'list']],
  ['a word too many', ['topics', 'list', 'a', 'b']],
  ['no such format', ['topics', 'list', '-o', 'xml']],
  ['no such format in the environment', ['topics', 'list'], { KCTL_OUTPUT: 'xml' }],
  ['a flag without its value', ['topics', 'list', '-b']],
  ['no duration', ['topics', 'list', '--timeout', 'soon']],
  ['no duration in the environment', ['topics', 'list'], { KCTL_TIMEOUT: 'soon' }],
  ['no address', ['topics', 'list', '-b', 'host:port']],
  ['an empty address', ['topics', 'list', '-b', '']],
  ['no file', ['topics', 'list', '--command-config', '/nonexistent']],
];
for (const [what, words, more] of usage) {
  test(`${what}: exit 2 and at most three lines`, async () => {
    const { code, stdout, stderr } = await run(words, more);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: \S/);
    assert.ok(stderr.trimEnd().split('\n').length <= 3, stderr);
  });
}

test('every format fails with the same code, JSON with JSON', async () => {
  for (const format of ['table', 'wide', 'json', 'ndjson', 'yaml', 'tsv', 'name']) {
    const { code, stdout, stderr } = await run(['topics', 'list', '-o', format]);
    assert.deepEqual([code, stdout], [3, ''], format);
    if (format.endsWith('json')) assert.equal(assertErrors(stderr)[0]?.exitCode, 3);
    else assert.match(stderr, /^error: cannot reach 127\.0\.0\.1:1: .*refused/);
  }
});

test('the environment asks for JSON as a flag does, and the flag wins', async () => {
  const json = await run(['topics', 'list'], { KCTL_OUTPUT: 'json' });
  assert.equal(assertErrors(json.stderr).length, 1);
  const table = await run(['topics', 'list', '-o', 'table'], { KCTL_OUTPUT: 'json' });
  assert.match(table.stderr, /^error: /);
});

test('no stack without --debug or KCTL_DEBUG', async () => {
  const isStack = /\n {4}at /;
  assert.doesNotMatch((await run(['topics', 'list'])).stderr, isStack);
  assert.match((await run(['topics', 'list', '--debug'])).stderr, isStack);
  assert.match((await run(['topics', 'list'], { KCTL_DEBUG: '1' })).stderr, isStack);
});

test('no escape sequence is printed where there is no terminal', async () => {
  for (const words of [['--help'], ['topics', 'list', '--help'], ['topics', 'list'], ['topcs']]) {
    const { stdout, stderr } = await run(words, { NO_COLOR: undefined, FORCE_COLOR: undefined });
    assert.ok(!`${stdout}${stderr}`.includes('\u001b'), words.join(' '));
  }
});

test('what destroys needs --yes where there is no terminal, and does nothing without', async () => {
  const { code, stdout, stderr } = await run(['topics', 'delete', 'x']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /--yes.*Nothing was done/);
});
