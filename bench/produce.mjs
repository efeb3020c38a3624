/**
 * Writes a file of 100-byte lines to a topic with kctl, Kafka's own console producer and, where it is
 * installed, kcat: taken in turns, against one local cluster, all acknowledged by the leader and its replicas.
 * Prints a Markdown table of medians. RECORDS and RUNS set how many lines and runs there are.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, java, kctl, measure, printRates, withCluster } from './support/bench.mjs';

const records = Number(process.env.RECORDS ?? 1_000_000);
const runs = Number(process.env.RUNS ?? 3);

await withCluster(({ ask, bootstrapServers, folder, kafkaVersion, libs, server }) => {
  const lines = join(folder, 'lines.txt');
  writeFileSync(lines, Buffer.alloc(records * 100, `${'x'.repeat(99)}\n`));

  const byKctl = (topic, ...flags) => [process.execPath, kctl, 'produce', topic, ...server, ...flags];
  const byKafka = (topic, ...flags) => [
    ...[java, '-cp', join(libs, '*'), 'kafka.tools.ConsoleProducer', '--topic', topic, ...server],
    ...['--request-required-acks', 'all', ...flags],
  ];
  const programs = installed([
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
      optional: 'kcat',
    },
  ]);

  const times = new Map(programs.map((program) => [program, []]));
  for (let run = 0; run < runs; run++) {
    for (const [index, program] of programs.entries()) {
      const topic = `bench-${run}-${index}`;
      ask(['topics', 'create', topic, '--partitions', '3', ...server]);
      times.get(program).push(measure(program.words(topic), lines));
      ask(['topics', 'delete', topic, '--yes', ...server]);
    }
  }
  printRates(`${records} lines of 100 bytes`, records, times);
});
