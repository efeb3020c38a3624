/**
 * Reads a topic of records with 99-byte values from its beginning to its end with kctl, Kafka's own console
 * consumer and, where it is installed, kcat: taken in turns, against one local cluster, into the null device.
 * Prints a Markdown table of medians. RECORDS and RUNS set how many records and runs there are.
 */
import { join } from 'node:path';
import { installed, java, kctl, measure, printRates, withCluster } from './support/bench.mjs';

const records = Number(process.env.RECORDS ?? 5_000_000);
const runs = Number(process.env.RUNS ?? 3);
const topic = 'bench';

await withCluster(({ ask, bootstrapServers, kafkaVersion, libs, server }) => {
  ask(['topics', 'create', topic, '--partitions', '3', ...server]);
  for (let written = 0; written < records; ) {
    const count = Math.min(1_000_000, records - written);
    ask(['produce', topic, ...server], Buffer.alloc(count * 100, `${'x'.repeat(99)}\n`));
    written += count;
  }

  const reading = [process.execPath, kctl, 'consume', topic, '--exit-at-end', ...server];
  const consoleConsumer = ['-cp', join(libs, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'];
  const programs = installed([
    { name: '`kctl consume`', words: reading },
    {
      name: '`kctl consume --format`',
      words: [...reading, '--format', '{partition}:{offset} -> {value}'],
    },
    { name: '`kctl consume -o json`', words: [...reading, '-o', 'json'] },
    {
      name: `Kafka ${kafkaVersion} \`ConsoleConsumer\``,
      words: [
        ...[java, ...consoleConsumer, '--topic', topic, ...server],
        ...['--from-beginning', '--max-messages', String(records)],
      ],
    },
    {
      name: '`kcat -C -e`',
      words: ['kcat', '-C', '-e', '-q', '-b', bootstrapServers, '-t', topic, '-o', 'beginning'],
      optional: 'kcat',
    },
  ]);

  const times = new Map(programs.map((program) => [program, []]));
  for (let run = 0; run < runs; run++) {
    for (const program of programs) times.get(program).push(measure(program.words));
  }
  printRates(`${records} records of 99 bytes`, records, times);
});
