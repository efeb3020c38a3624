/**
 * Reads a topic of 100-byte lines from its beginning to its end with kctl, Kafka's own console consumer and, where
 * they are installed, kcat, kcl, kaf and kafkactl: taken in turns, against one local cluster, into the null device; in
 * every codec, as JSON, and searching. Prints Markdown tables of medians and kctl's peak memory. RECORDS, RUNS and
 * CODECS set how many records and runs there are, and which codecs.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { installed, java, kctl, measure, printRates, withCluster } from './support/bench.mjs';

const records = Number(process.env.RECORDS ?? 5_000_000);
const runs = Number(process.env.RUNS ?? 3);
const codecs = (process.env.CODECS ?? 'none,gzip,snappy,lz4,zstd').split(',');

await withCluster(({ ask, bootstrapServers, folder, kafkaVersion, libs, server }) => {
  const file = join(folder, 'lines');
  writeLines(file);
  for (const codec of codecs) {
    const topic = `bench-${codec}`;
    ask(['topics', 'create', topic, '--partitions', '3', ...server]);
    ask(['produce', topic, file, '--compression', codec, ...server]);

    const reading = [process.execPath, kctl, 'consume', topic, '--exit-at-end', ...server];
    const kcat = ['kcat', '-C', '-e', '-q', '-b', bootstrapServers, '-t', topic, '-o', 'beginning'];
    const kcl = [
      'kcl',
      '--bootstrap-servers',
      bootstrapServers,
      'consume',
      topic,
      '-o',
      'start',
      '-n',
      `${records}`,
    ];
    const consoleConsumer = [
      ...[java, '-cp', join(libs, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer', '--topic', topic],
      ...[...server, '--from-beginning', '--max-messages', String(records)],
    ];
    compare(`${records} lines of 100 bytes, ${codec}`, [
      { name: '`kctl consume`', words: reading },
      { name: `Kafka ${kafkaVersion} \`ConsoleConsumer\``, words: consoleConsumer },
      { name: '`kcat -C -e`', words: kcat, optional: 'kcat' },
      { name: '`kcl consume`', words: kcl, optional: 'kcl' },
      {
        name: '`kaf consume`',
        words: ['kaf', '-b', bootstrapServers, 'consume', topic, '--offset', 'oldest', '-n', `${records}`],
        optional: 'kaf',
      },
      {
        name: '`kafkactl consume`',
        words: ['kafkactl', 'consume', topic, '--from-beginning', '--exit'],
        optional: 'kafkactl',
      },
    ]);
    if (codec !== 'none') continue;
    compare('the same, as JSON', [
      { name: '`kctl consume -o json`', words: [...reading, '-o', 'json'] },
      { name: '`kcat -C -e -J`', words: [...kcat, '-J'], optional: 'kcat' },
      { name: '`kcl consume -f json`', words: [...kcl, '-f', 'json'], optional: 'kcl' },
    ]);
    compare('the same, formatted and searched', [
      { name: '`kctl consume`', words: reading },
      {
        name: "`--format '{partition}:{offset} -> {value}'`",
        words: [...reading, '--format', '{partition}:{offset} -> {value}'],
      },
      { name: '`--grep` of text', words: [...reading, '--grep', '"user":"u1254"'] },
      { name: '`--grep` of a regular expression', words: [...reading, '--grep', '"user":"u12[0-5]4"'] },
      { name: '`--where` on JSON', words: [...reading, '--where', 'value.id == 42'] },
    ]);
  }
  for (const codec of codecs) {
    const peak = peakMegabytes([
      process.execPath,
      kctl,
      'consume',
      `bench-${codec}`,
      '--exit-at-end',
      ...server,
    ]);
    if (peak !== undefined) console.log(`Peak memory of \`kctl consume\`, ${codec}: ${peak} MB`);
  }
});

/** Each program is run once a round, so that what else the machine does falls on all of them. */
function compare(title, programs) {
  const times = new Map(installed(programs).map((program) => [program, []]));
  for (let run = 0; run < runs; run++) {
    for (const [{ words }, all] of times) all.push(measure(words));
  }
  printRates(title, records, times);
  console.log();
}

/** By GNU time, where it is installed. */
function peakMegabytes(words) {
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return status === 0 ? Math.round(Number(stderr.toString().trim().split('\n').at(-1)) / 1000) : undefined;
}

/** JSON that packs about as well as such data does: numbered, with a few thousand users, padded to 99 bytes. */
function writeLines(path) {
  const file = openSync(path, 'w');
  let random = 12345;
  const next = () => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return random;
  };
  for (let id = 0; id < records; ) {
    const lines = [];
    for (const end = Math.min(records, id + 10_000); id < end; id++) {
      const text = `{"id":${id},"user":"u${next() % 5000}","n":${next()},"t":"${next().toString(36)}"`;
      lines.push(`${text.padEnd(98)}}\n`);
    }
    writeSync(file, lines.join(''));
  }
  closeSync(file);
}
