/**
 * `kctl topics list`, `topics describe` and `groups lag` beside Kafka's own tools, in turns, against one local broker with
 * 2,000 topics of 10 partitions and a heap of 3 GB, or fewer where it may not have as many files open. TOPICS and RUNS set
 * how many topics and runs there are. Making them takes minutes: with SERVER a broker that has them already is measured.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, kctl, withCluster } from './support/bench.mjs';

const partitions = 10;
/** What a broker has open besides a file for each partition. */
const otherFiles = 500;
const [, files = Infinity] =
  /^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
const topics = Math.min(Number(process.env.TOPICS ?? 2000), Math.floor((files - otherFiles) / partitions));

await withCluster(
  ({ ask, folder, kafkaVersion, server, tool }) => {
    console.log('## Scale\n');
    if (!process.env.SERVER) prepare(ask, folder, server);
    const title = (name) =>
      `${name}: ${topics.toLocaleString('en')} topics, ${(topics * partitions).toLocaleString('en')} partitions`;
    const groupTool = 'consumer.group.ConsumerGroupCommand';
    const pairs = [
      [['topics', 'list'], 'TopicCommand', ['--list']],
      [['topics', 'describe'], 'TopicCommand', ['--describe']],
      [['groups', 'lag', 'scale'], groupTool, ['--describe', '--group', 'scale', '--timeout', '60000']],
    ];
    for (const [own, main, theirs] of pairs) {
      const name = own.slice(0, 2).join(' ');
      compare(
        title(name),
        [
          { name: `\`kctl ${name}\``, words: [process.execPath, kctl, ...own, ...server] },
          {
            name: `Kafka ${kafkaVersion} \`${main.split('.').at(-1)} ${theirs[0]}\``,
            words: [...tool(`org.apache.kafka.tools.${main}`, '256M'), ...server, ...theirs],
          },
        ],
        { warmUps: 2 },
      );
    }
    console.log('| command | peak memory |\n| --- | --- |');
    for (const [own] of pairs) {
      const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, kctl, ...own, ...server], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const kilobytes = Number(String(stderr ?? '').trim());
      if (kilobytes > 0) console.log(`| \`kctl ${own.join(' ')}\` | ${Math.round(kilobytes / 1024)} MB |`);
    }
    console.log();
  },
  ['--heap', '3g'],
);

function prepare(ask, folder, server) {
  const file = join(folder, 'topics.json');
  const all = Array.from({ length: topics }, (_, index) => ({ name: `scale-${index}`, partitions }));
  writeFileSync(file, JSON.stringify(all));
  const startMs = performance.now();
  ask(['topics', 'create', '--file', file, '--timeout', '15m', ...server]);
  console.log(`Making the topics took ${Math.round((performance.now() - startMs) / 1000)} s.\n`);
  const group = ['groups', 'reset', 'scale', '--topic', 'scale-*', '--to-latest', '--create', '--yes'];
  ask([...group, '--timeout', '5m', ...server]);
}
