import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { sharedCluster, sharedClusters, type TestCluster } from '../support/cluster.js';
import { eventually, kctl, randomName, runKctl } from '../support/kctl.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-completion-'));
symlinkSync(kctl, join(folder, 'kctl'));
after(() => rmSync(folder, { recursive: true }));

/** On a busy machine 300 ms are soon over, and then there are no candidates. */
const patience = { KCTL_COMPLETION_TIMEOUT: '20s' };

/** The candidates for the last word; users and groups take a moment to be known. */
async function candidates(cluster: TestCluster, ...words: string[]): Promise<string[]> {
  let found: string[] = [];
  await eventually(`candidates for ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await runKctl(['complete', '--', ...words], {
      env: { ...cluster.env, ...patience },
    });
    assert.deepEqual([code, stderr], [0, '']);
    found = stdout.split('\n').filter((line) => line !== '');
    return found.length > 0;
  });
  return found;
}

for (const [mode, shared] of sharedClusters) {
  test(`topics, groups, brokers, users and keys come from the live cluster with ${mode}`, async () => {
    const cluster = await shared();
    const topic = await makeTopic(cluster, 1);
    await produce(cluster, topic, numbers(1, 3));
    const group = randomName('group');
    await runKctl(['consume', topic, '--group', group, '--exit-at-end'], { env: cluster.env });
    const { env } = cluster;
    const [user, password] = [randomName('user'), join(folder, 'password')];
    writeFileSync(password, 'a-word', { mode: 0o600 });
    const made = await runKctl(['users', 'create', user, '--password-file', password], { env });
    assert.equal(made.code, 0, made.stderr);
    assert.deepEqual(await candidates(cluster, 'topics', 'describe', topic.slice(0, -3)), [topic]);
    assert.deepEqual(await candidates(cluster, 'groups', 'lag', group.slice(0, -3)), [group]);
    const ids = cluster.brokers.map(({ id }) => String(id));
    assert.deepEqual(await candidates(cluster, 'brokers', 'describe', ''), ids);
    assert.deepEqual(
      await candidates(cluster, 'reassign', 'plan', '--drain', '1,'),
      ids.map((id) => `1,${id}`),
    );
    assert.deepEqual(await candidates(cluster, 'acls', 'list', '--principal', `User:${user}`), [
      `User:${user}`,
    ]);
    assert.deepEqual(await candidates(cluster, 'configs', 'set', '--topic', topic, 'retention.m'), [
      'retention.ms=',
    ]);
    assert.deepEqual(await candidates(cluster, 'configs', 'unset', '--broker', '1', 'log.cleaner.thr'), [
      'log.cleaner.threads',
    ]);
    await runKctl(['users', 'delete', user, '--yes'], { env });
  });
}

test('a cluster that is away, and one that is silent, give no candidates and hold nobody up', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  // A helper that never tells its password.
  const asking = join(folder, 'asking.yaml');
  const command = JSON.stringify(['sleep', '60']);
  writeFileSync(
    asking,
    `current: a\ncontexts:\n  a:\n    bootstrapServers: 127.0.0.1:1\n    properties: { security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.username: a }\n    secrets: { sasl.password: { command: ${command} } }\n`,
    { mode: 0o600 },
  );
  const away: Array<Record<string, string>> = [
    { KCTL_BOOTSTRAP_SERVERS: '127.0.0.1:1' },
    { KCTL_BOOTSTRAP_SERVERS: `127.0.0.1:${port}` },
    { KCTL_BOOTSTRAP_SERVERS: '', KCTL_CONFIG_FILE: asking },
  ];
  for (const env of away) {
    const startMs = performance.now();
    const run = await runKctl(['complete', '--', 'topics', 'describe', ''], { env, timeoutMs: 20_000 });
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, '', ''], JSON.stringify(env));
    // 300 ms on a machine of its own; this one may be busy.
    assert.ok(performance.now() - startMs < 5000, JSON.stringify(env));
  }
  silent.close();
});

test('what a name could do to a shell never gets there', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const group = `$(touch ${randomName('hostile')})`;
  await runKctl(['consume', topic, '--group', group, '--exit-at-end'], { env: cluster.env });
  const listed = await runKctl(['groups', 'list', '-o', 'name'], { env: cluster.env });
  assert.ok(listed.stdout.includes(group));
  const { stdout } = await runKctl(['complete', '--', 'groups', 'describe', ''], {
    env: { ...cluster.env, ...patience },
  });
  assert.ok(!stdout.includes('$('));
});

/** Lines, the last word of each being typed, and a word that must come for it. */
const lines: Array<[line: string, comes: string]> = [
  ['kctl topics desc', 'describe'],
  ['kctl groups lag --max', '--max-lag'],
  ['kctl topics list -o nd', 'ndjson'],
  ['kctl topics describe TOPIC', 'TOPIC-is-here'],
];
let topic: string;
before(async () => {
  topic = `${randomName('tab')}`;
  const { env } = await sharedCluster();
  const { code, stderr } = await runKctl(['topics', 'create', `${topic}-is-here`], { env });
  assert.equal(code, 0, stderr);
});

/** How each shell says what it would complete a line to. */
const ways: Record<string, (line: string) => { program: string; words: string[] }> = {
  bash: (line) => ({
    program: 'bash',
    words: [
      '--norc',
      '-c',
      `source <(kctl completion bash)
       COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=($1) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
       _kctl kctl "" ""; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      line,
    ],
  }),
  fish: (line) => ({
    program: 'fish',
    words: ['--no-config', '-c', 'kctl completion fish | source; complete -C $argv[1]', line],
  }),
  zsh: (line) => ({ program: 'zsh', words: ['-f', zshScript(), line] }),
};

for (const [shell, way] of Object.entries(ways)) {
  const missing = spawnSync(shell, ['--version']).status !== 0;
  test(`${shell} completes`, { skip: missing ? `there is no ${shell} on this machine` : false }, async () => {
    const { env } = await sharedCluster();
    const path = `${folder}${delimiter}${process.env.PATH}`;
    for (const [line, comes] of lines) {
      const { program, words } = way(line.replace('TOPIC', topic));
      let output = '';
      await eventually(`${shell}: ${comes} for ${line}`, async () => {
        const child = spawn(program, words, {
          env: { ...process.env, ...env, ...patience, PATH: path, HOME: folder, TERM: 'xterm' },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk) => {
            output += chunk;
          });
        await once(child, 'close');
        // A terminal shows what is typed, a bell and what completes it in pieces.
        return stripVTControlCharacters(output)
          .replace(/[^ -~]/g, '')
          .includes(comes.replace('TOPIC', topic));
      }).catch((error) => assert.fail(`${error.message}\n${output}`));
    }
  });
}

/** Types a line and a Tab into a zsh of its own, and prints what comes to stand there. */
function zshScript(): string {
  const file = join(folder, 'tab.zsh');
  writeFileSync(
    file,
    `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1="> "; autoload -U compinit && compinit -u -D; source <(kctl completion zsh); print ready-$((1 + 1))'
while zpty -r z line; do [[ $line == *ready-2* ]] && break; done
zpty -w -n z "$1"$'\\t'
end=$((SECONDS + 5))
while (( SECONDS < end )); do zpty -r -t z line && print -rn -- "$line" || sleep 0.05; done
zpty -d z
`,
  );
  chmodSync(file, 0o700);
  return file;
}
