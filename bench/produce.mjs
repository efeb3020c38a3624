/**
 * Writes a file of 100-byte lines to a topic with kctl, Kafka's own console producer and, where it is
 * installed, kcat: taken in turns, against one local cluster, all acknowledged by the leader and its replicas.
 * Prints a Markdown table of medians. RECORDS and RUNS set how many lines and runs there are.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const records = Number(process.env.RECORDS ?? 1_000_000);
const runs = Number(process.env.RUNS ?? 3);
const kctl = join(import.meta.dirname, '..', 'bin', 'run.js');
const folder = mkdtempSync(join(tmpdir(), 'kctl-bench-'));
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
const env = { ...process.env, KCTL_STATE_DIR: folder };

try {
  const { libs, kafkaVersion } = ask(['local', 'engine', 'install', '-o', 'json']);
  const { bootstrapServers } = ask(['local', 'start', '--port', 'auto', '--zk-port', 'auto', '-o', 'json']);
  const server = ['--bootstrap-server', bootstrapServers];
  const lines = join(folder, 'lines.txt');
  writeFileSync(lines, Buffer.alloc(records * 100, `${'x'.repeat(99)}\n`));

  const byKctl = (topic, ...flags) => [process.execPath, kctl, 'produce', topic, ...server, ...flags];
  const byKafka = (topic, ...flags) => [
    ...[java, '-cp', join(libs, '*'), 'kafka.tools.ConsoleProducer', '--topic', topic, ...server],
    ...['--request-required-acks', 'all', ...flags],
  ];
  const programs = [
    { name: '`kctl produce`', words: byKctl },
    { name: '`kctl produce --compression lz4`', words: (topic) => byKctl(topic, '--compression', 'lz4') },
    { name: `Kafka ${kafkaVersion} \`ConsoleProducer\``, words: byKafka },
    {
      name: `Kafka ${kafkaVersion} \`ConsoleProducer\`, batches of 256 KiB`,
      words: (topic) => byKafka(topic, '--batch-size', String(256 * 1024)),
    },
    {
      name: '`kcat -P`',
      words: (topic) => ['kcat', '-P', '-b', bootstrapServers, '-t', topic, '-X', 'enable.idempotence=true'],
      optional: true,
    },
  ].filter(({ optional }) => !optional || spawnSync('kcat', ['-V']).error === undefined);

  const times = new Map(programs.map((program) => [program, []]));
  for (let run = 0; run < runs; run++) {
    for (const [index, program] of programs.entries()) {
      const topic = `bench-${run}-${index}`;
      ask(['topics', 'create', topic, '--partitions', '3', ...server, '-o', 'json']);
      times.get(program).push(measure(program.words(topic), lines));
      ask(['topics', 'delete', topic, '--yes', ...server, '-o', 'json']);
    }
  }
  console.log(`| ${records} lines of 100 bytes | median | records/s |\n| --- | --- | --- |`);
  for (const [{ name }, all] of times) {
    const ms = all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
    console.log(`| ${name} | ${(ms / 1000).toFixed(2)} s | ${Math.round((records / ms) * 1000)} |`);
  }
} finally {
  spawnSync(process.execPath, [kctl, 'local', 'stop'], { env, stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}

function ask(words) {
  const { status, stdout } = spawnSync(process.execPath, [kctl, ...words], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`kctl ${words.join(' ')} ended with ${status}`);
  return JSON.parse(stdout);
}

/** Milliseconds of the whole process, its start included; the lines are its standard input. */
function measure([program, ...args], lines) {
  const input = openSync(lines, 'r');
  try {
    const startedAtMs = performance.now();
    const { status, stderr } = spawnSync(program, args, { env, stdio: [input, 'ignore', 'pipe'] });
    const ms = performance.now() - startedAtMs;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
    return ms;
  } finally {
    closeSync(input);
  }
}
