/**
 * Reads a topic of records with 99-byte values from its beginning to its end with kctl, Kafka's own console consumer and,
 * where it is installed, kcat: taken in turns, against one local cluster, into the null device.
 * Prints a Markdown table of medians. RECORDS and RUNS set how many records and runs there are.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const records = Number(process.env.RECORDS ?? 5_000_000);
const runs = Number(process.env.RUNS ?? 3);
const kctl = join(import.meta.dirname, '..', 'bin', 'run.js');
const folder = mkdtempSync(join(tmpdir(), 'kctl-bench-'));
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
const env = { ...process.env, KCTL_STATE_DIR: folder };
const topic = 'bench';

try {
  const { libs, kafkaVersion } = ask(['local', 'engine', 'install', '-o', 'json']);
  const { bootstrapServers } = ask(['local', 'start', '--port', 'auto', '--zk-port', 'auto', '-o', 'json']);
  const server = ['--bootstrap-server', bootstrapServers];
  ask(['topics', 'create', topic, '--partitions', '3', ...server, '-o', 'json']);
  for (let written = 0; written < records; ) {
    const count = Math.min(1_000_000, records - written);
    ask(['produce', topic, ...server, '-o', 'json'], Buffer.alloc(count * 100, `${'x'.repeat(99)}\n`));
    written += count;
  }

  const byKctl = (...flags) => [
    process.execPath,
    kctl,
    'consume',
    topic,
    '--exit-at-end',
    ...server,
    ...flags,
  ];
  const programs = [
    { name: '`kctl consume`', words: byKctl() },
    { name: '`kctl consume --format`', words: byKctl('--format', '{partition}:{offset} -> {value}') },
    { name: '`kctl consume -o json`', words: byKctl('-o', 'json') },
    {
      name: `Kafka ${kafkaVersion} \`ConsoleConsumer\``,
      words: [
        ...[
          java,
          '-cp',
          join(libs, '*'),
          'org.apache.kafka.tools.consumer.ConsoleConsumer',
          '--topic',
          topic,
        ],
        ...[...server, '--from-beginning', '--max-messages', String(records)],
      ],
    },
    {
      name: '`kcat -C -e`',
      words: ['kcat', '-C', '-e', '-q', '-b', bootstrapServers, '-t', topic, '-o', 'beginning'],
      optional: true,
    },
  ].filter(({ optional }) => !optional || spawnSync('kcat', ['-V']).error === undefined);

  const times = new Map(programs.map((program) => [program, []]));
  for (let run = 0; run < runs; run++)
    for (const program of programs) times.get(program).push(measure(program.words));
  console.log(`| ${records} records of 99 bytes | median | records/s |\n| --- | --- | --- |`);
  for (const [{ name }, all] of times) {
    const ms = all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
    console.log(`| ${name} | ${(ms / 1000).toFixed(2)} s | ${Math.round((records / ms) * 1000)} |`);
  }
} finally {
  spawnSync(process.execPath, [kctl, 'local', 'stop'], { env, stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}

function ask(words, input) {
  const { status, stdout } = spawnSync(process.execPath, [kctl, ...words], {
    env,
    input: input ?? '',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`kctl ${words.join(' ')} ended with ${status}`);
  return JSON.parse(stdout.toString());
}

/** Milliseconds of the whole process, its start included. */
function measure([program, ...args]) {
  const startedAtMs = performance.now();
  const { status, stderr } = spawnSync(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ms = performance.now() - startedAtMs;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return ms;
}
