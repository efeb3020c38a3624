/**
 * Writes a file of 100-byte lines to a topic of 3 partitions with kctl, Kafka's own console producer and, where they
 * are installed, kcat and kcl: in turns, against one local cluster, acknowledged by all replicas, in every codec.
 * LINES, RUNS and CODECS set how many lines and runs there are, and which codecs.
 */
import { join } from 'node:path';
import { compare, kclShare, kctl, warmMemory, withCluster, writeLines } from './support/bench.mjs';

const records = Number(process.env.LINES ?? 2_000_000);
const codecs = (process.env.CODECS ?? 'none,zstd,lz4,snappy,gzip').split(',');

await withCluster(({ ask, bootstrapServers, folder, kafkaVersion, server, tool }) => {
  const input = join(folder, 'lines');
  writeLines(input, records);
  console.log('## Producing\n');
  const topic = 'bench';
  const create = () => ask(['topics', 'create', topic, '--partitions', '3', ...server]);
  const again = () => {
    ask(['topics', 'delete', topic, '--yes', ...server]);
    create();
    // Kafka keeps the files of a deleted topic for a minute: the next run's are new memory.
    warmMemory(folder, records * 350);
  };
  create();
  for (const codec of codecs) {
    // A broker that runs has compiled what it does; one that has just started would be what is measured.
    for (let turn = 0; turn < 8; turn++) {
      ask(['produce', topic, input, ...server, '--compression', codec]);
      again();
    }
    const programs = [
      {
        name: '`kctl produce`',
        words: [process.execPath, kctl, 'produce', topic, ...server, '--acks', 'all', '--compression', codec],
      },
      {
        name: `Kafka ${kafkaVersion} \`ConsoleProducer\``,
        words: [
          ...[...tool('kafka.tools.ConsoleProducer', '512M'), '--topic', topic, ...server],
          ...['--request-required-acks', 'all', '--compression-codec', codec],
        ],
        turns: 1,
      },
      {
        name: '`kcat -P`',
        words: ['kcat', '-P', '-b', bootstrapServers, '-t', topic, '-z', codec, '-X', 'acks=all'],
        optional: 'kcat',
      },
      {
        name: '`kcl produce`',
        words: ['kcl', '--bootstrap-servers', bootstrapServers, 'produce', topic, '-f', '%v\\n', '-z', codec],
        optional: 'kcl',
      },
    ];
    compare(
      `Producing ${records.toLocaleString('en')} lines of 100 bytes, ${codec}`,
      programs.map((program) => ({ ...program, input })),
      {
        records,
        kcl: kclShare.producing,
        between: again,
      },
    );
  }
});
