/**
 * What it takes to start kctl, beside an empty Node program, Kafka's own TopicCommand, ZooKeeper's zkCli and, where it
 * is installed, kcat:
 * taken in turns, against one local cluster. RUNS sets how many runs each has (five times as many as of the others).
 */
import { compare, kctl, runs, withCluster } from './support/bench.mjs';

await withCluster(({ ask, bootstrapServers, kafkaVersion, server, tool }) => {
  ask(['topics', 'create', 'bier-bar', ...server]);
  const { zookeeperConnect } = ask(['local', 'status']);
  console.log('## Start-up\n');
  const programs = [
    { name: '`node -e 0`', words: [process.execPath, '-e', '0'] },
    { name: '`kctl --version`', words: [process.execPath, kctl, '--version'] },
    { name: '`kctl topics list`', words: [process.execPath, kctl, 'topics', 'list', ...server] },
    {
      name: `Kafka ${kafkaVersion} \`TopicCommand --list\``,
      words: [...tool('org.apache.kafka.tools.TopicCommand', '256M'), '--list', ...server],
      turns: runs,
    },
    { name: '`kctl zk stat`', words: [process.execPath, kctl, 'zk', 'stat', '-z', zookeeperConnect] },
    {
      name: "zkCli's `stat /`",
      words: [
        ...tool('org.apache.zookeeper.ZooKeeperMain', '256M'),
        '-server',
        zookeeperConnect,
        'stat',
        '/',
      ],
      turns: runs,
    },
    { name: '`kcat -L`', words: ['kcat', '-L', '-b', bootstrapServers], optional: 'kcat' },
  ];
  compare('A cold start', programs, { turns: runs * 5, warmUps: 2 });
});
