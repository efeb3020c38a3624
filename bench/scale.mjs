/**
 * `kctl topics list`, `topics describe` and `groups lag` beside Kafka's own tools, in turns, against one local broker with
 * 2,000 topics of 10 partitions and a heap of 3 GB. TOPICS and RUNS set how many topics and runs there are.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, kctl, withCluster } from './support/bench.mjs';

const topics = Number(process.env.TOPICS ?? 2000);

await withCluster(
  ({ ask, folder, kafkaVersion, server, tool }) => {
    const file = join(folder, 'topics.json');
    const all = Array.from({ length: topics }, (_, index) => ({ name: `scale-${index}`, partitions: 10 }));
    writeFileSync(file, JSON.stringify(all));
    ask(['topics', 'create', '--file', file, '--timeout', '15m', ...server]);
    const group = ['groups', 'reset', 'scale', '--topic', 'scale-*', '--to-latest', '--create', '--yes'];
    ask([...group, '--timeout', '5m', ...server]);
    console.log('## Scale\n');
    const pairs = [
      ['topics list', ['topics', 'list'], 'TopicCommand', ['--list']],
      ['topics describe', ['topics', 'describe'], 'TopicCommand', ['--describe']],
      [
        ...['groups lag', ['groups', 'lag', 'scale'], 'consumer.group.ConsumerGroupCommand'],
        ['--describe', '--group', 'scale', '--timeout', '60000'],
      ],
    ];
    for (const [name, own, main, theirs] of pairs) {
      const bare = main.split('.').at(-1);
      compare(
        `${name}: ${topics.toLocaleString('en')} topics, ${(topics * 10).toLocaleString('en')} partitions`,
        [
          { name: `\`kctl ${name}\``, words: [process.execPath, kctl, ...own, ...server] },
          {
            name: `Kafka ${kafkaVersion} \`${bare} ${theirs[0]}\``,
            words: [...tool(`org.apache.kafka.tools.${main}`, '256M'), ...server, ...theirs],
          },
        ],
      );
    }
    const words = [process.execPath, kctl, 'topics', 'describe', ...server];
    const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kilobytes = Number(String(stderr ?? '').trim());
    if (kilobytes > 0)
      console.log(`\`kctl topics describe\` takes ${Math.round(kilobytes / 1024)} MB at most.\n`);
  },
  ['--heap', '3g'],
);
