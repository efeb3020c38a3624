/**
 * Reads a topic of 100-byte lines from its beginning to its end with kctl, Kafka's own console consumer and, where
 * they are installed, kcat, kcl, kaf and kafkactl: in turns, against one local cluster, into the null device; in every
 * codec, as a member of a group, as JSON, and searching. RECORDS, RUNS and CODECS set how many records and runs there
 * are, and which codecs.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compare, kclShare, kctl, withCluster, writeLines } from './support/bench.mjs';

const records = Number(process.env.RECORDS ?? 5_000_000);
const codecs = (process.env.CODECS ?? 'none,gzip,snappy,lz4,zstd').split(',');
const peaks = [];
const kclJson = '{"topic":"%t","partition":%p,"offset":%o,"timestamp":%d,"key":"%k","value":"%v"}\\n';

await withCluster(({ ask, bootstrapServers, folder, kafkaVersion, server, tool }) => {
  const file = join(folder, 'lines');
  writeLines(file, records);
  for (const codec of codecs) {
    const topic = `bench-${codec}`;
    ask(['topics', 'create', topic, '--partitions', '3', ...server]);
    ask(['produce', topic, file, '--compression', codec, ...server]);
  }
  rmSync(file);
  console.log('## Consuming\n');
  for (const codec of codecs) measureCodec(codec);
  console.log(`Peak memory of \`kctl consume\`: ${peaks.join(', ')}.\n`);

  function measureCodec(codec) {
    const topic = `bench-${codec}`;
    const byKctl = [process.execPath, kctl, 'consume', topic, ...server];
    const reading = [...byKctl, '--from-beginning', '--exit-at-end'];
    const kcatBase = ['kcat', '-q', '-b', bootstrapServers];
    const kcat = [...kcatBase, '-C', '-e', '-t', topic, '-o', 'beginning'];
    const kcl = [
      ...['kcl', '--bootstrap-servers', bootstrapServers, 'consume', topic],
      ...['-o', 'start', '-n', `${records}`],
    ];
    const consoleConsumer = {
      name: `Kafka ${kafkaVersion} \`ConsoleConsumer\``,
      words: [
        ...[...tool('org.apache.kafka.tools.consumer.ConsoleConsumer', '512M'), '--topic', topic],
        ...[...server, '--from-beginning', '--max-messages', String(records)],
      ],
      turns: 1,
    };
    const title = `Consuming ${records.toLocaleString('en')} lines of 100 bytes`;
    const options = { records, kcl: kclShare.consuming };
    compare(
      `${title}, ${codec}`,
      [
        { name: '`kctl consume`', words: reading },
        consoleConsumer,
        { name: '`kcat -C -e`', words: kcat, optional: 'kcat' },
        { name: '`kcl consume`', words: kcl, optional: 'kcl' },
        {
          name: '`kaf consume`',
          words: ['kaf', '-b', bootstrapServers, 'consume', topic, '--offset', 'oldest', '-n', `${records}`],
          optional: 'kaf',
          turns: 1,
        },
        {
          name: '`kafkactl consume`',
          words: ['kafkactl', 'consume', topic, '--from-beginning', '--exit'],
          optional: 'kafkactl',
          turns: 1,
        },
      ],
      options,
    );
    const peak = peakMegabytes(reading);
    if (peak !== undefined) peaks.push(`${peak} MB (${codec})`);
    if (codec !== 'none') return;
    const group = (run) => `bench-${process.pid}-${Date.now()}-${run}`;
    compare(
      `${title} as a member of a group`,
      [
        { name: '`kctl consume --group`', words: (run) => [...reading, '--group', group(run)] },
        { name: '`kctl consume` without a group', words: reading },
        {
          name: '`kcat -G`',
          words: (run) => [
            ...[...kcatBase, '-X', 'auto.offset.reset=earliest', '-c', `${records}`],
            ...['-G', group(run), topic],
          ],
          optional: 'kcat',
        },
      ],
      { records },
    );
    compare(
      `${title} as JSON`,
      [
        { name: '`kctl consume -o json`', words: [...reading, '-o', 'json'] },
        { name: '`kcat -C -e -J`', words: [...kcat, '-J'], optional: 'kcat' },
        // It has no JSON: these are its fields, in JSON's clothes, which fit values without quotes.
        { name: '`kcl consume` of JSON by a format', words: [...kcl, '-f', kclJson], optional: 'kcl' },
      ],
      { records },
    );
    compare(
      `${title}, formatted and searched`,
      [
        { name: '`kctl consume`', words: reading },
        {
          name: "`--format '{partition}:{offset} -> {value}'`",
          words: [...reading, '--format', '{partition}:{offset} -> {value}'],
        },
        { name: '`--grep` of text', words: [...reading, '--grep', '"user":"u1254"'] },
        { name: '`--grep` of a regular expression', words: [...reading, '--grep', '"user":"u12[0-5]4"'] },
        { name: '`--where` on JSON', words: [...reading, '--where', 'value.id == 42'], turns: 1 },
      ],
      { records },
    );
  }
});

/** By GNU time, where it is installed. */
function peakMegabytes(words) {
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return status === 0 ? Math.round(Number(stderr.toString().trim().split('\n').at(-1)) / 1000) : undefined;
}
