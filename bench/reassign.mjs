/**
 * What `kctl rebalance` plans beside what other tools do, of the same state of a real cluster: 6 brokers in 3 racks, the
 * first two with most of the data. Kafka's own --generate always; topicmappr and topicctl where they are on PATH. Each
 * result is reckoned by kctl's `reassign import` against one snapshot.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withCluster } from './support/bench.mjs';

const topics = ['bench-a', 'bench-b'];
const layouts = [
  '1:2,2:1,1:2,1:3,2:4,1:5,2:3,1:2,2:1,1:3,4:2,5:1',
  '1:2,1:3,2:3,4:5,1:5,2:1,1:2,3:4,1:2,2:1,1:3,2:3',
];
const brokers = '1,2,3,4,5,6';
/** What topicmappr is told that each broker's disk holds: it goes by what is free. */
const diskBytes = 100e6;

const rebalance = ['rebalance', '--topics', 'bench-*', '--tolerance', '20%'];
const mapperWays = [
  ['`topicmappr rebalance`', ['rebalance', '--partition-size-threshold', '0', '--partition-limit', '100']],
  ['`topicmappr rebuild`, by storage', ['rebuild', '--force-rebuild', '--placement', 'storage']],
  ['`topicmappr rebuild`, by count', ['rebuild', '--force-rebuild', '--placement', 'count']],
];
/** Paths in ZooKeeper that are there already. */
const made = new Set();

await withCluster(
  (cluster) => {
    for (const [at, topic] of topics.entries()) {
      cluster.ask(['topics', 'create', topic, '--replica-assignment', layouts[at], ...cluster.server]);
      const words = ['--template', `{n} ${'x'.repeat(300)}`, '--count', String(60_000 * (at + 1))];
      cluster.ask(['produce', topic, ...words, ...cluster.server]);
    }
    console.log('## Reassigning\n');
    compareTools('skewed', cluster);
    cluster.ask([...rebalance, '--yes', ...cluster.server]);
    compareTools('the same, after `kctl rebalance`', cluster);
  },
  ['--brokers', '6', '--racks', '3', '--heap', '256m'],
);

/** Plans of all tools for one state of the cluster, in one table. topicctl has no plan, so it comes last, and is taken back. */
function compareTools(title, cluster) {
  const { ask, folder, server } = cluster;
  const snapshotFile = join(folder, 'snapshot.json');
  const snapshot = ask(['reassign', 'snapshot', ...server]);
  writeFileSync(snapshotFile, JSON.stringify(snapshot));
  const reckon = (assignment) => {
    const file = join(folder, 'assignment.json');
    writeFileSync(file, assignment);
    return ask(['reassign', 'import', file, '--from-file', snapshotFile]);
  };
  const rows = [['`kctl rebalance`', ask([...rebalance, '--dry-run', ...server])]];
  rows.push(["Kafka's `--generate`", reckon(generate(cluster))]);
  for (const [name, words] of mapperWays) {
    const map = topicmappr(cluster, snapshot, words);
    if (map) rows.push([name, reckon(map)]);
  }
  const before = assignmentOf(cluster);
  const after = topicctl(cluster);
  if (after) {
    rows.push(['`topicctl rebalance`', reckon(after)]);
    const [file, plan] = [join(folder, 'before.json'), join(folder, 'back.json')];
    writeFileSync(file, before);
    ask(['reassign', 'import', file, '--plan-out', plan, ...server]);
    ask(['reassign', 'apply', plan, '--yes', '--throttle', 'none', ...server]);
  }
  const header = [
    'plan',
    'bytes copied',
    'replicas copied',
    'bytes',
    'replicas',
    'leaders',
    'in too few racks',
  ];
  const cells = rows.map(([name, plan]) => [
    name,
    `${(plan.bytesToMove / 2 ** 20).toFixed(1)} MiB`,
    plan.replicasToMove,
    ...['bytes', 'replicas', 'leaders'].map((of) => spread(plan.balance.find((one) => one.of === of))),
    plan.rackViolations.after,
  ]);
  const lines = [header, header.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`);
  console.log(`### Reassigning: ${title}\n\n${lines.join('\n')}\n`);
}

function spread({ after: { below, above } }) {
  return `−${(below * 100).toFixed(0)} … +${(above * 100).toFixed(0)} %`;
}

function assignmentOf({ folder, server }) {
  return run(
    process.execPath,
    [
      join(import.meta.dirname, '..', 'bin', 'run.js'),
      'reassign',
      'export',
      '--topics',
      'bench-*',
      ...server,
    ],
    folder,
  );
}

function generate({ folder, server, tool }) {
  const file = join(folder, 'topics.json');
  writeFileSync(file, JSON.stringify({ version: 1, topics: topics.map((topic) => ({ topic })) }));
  const [program, ...words] = tool('org.apache.kafka.tools.reassign.ReassignPartitionsCommand', '256M');
  const asked = ['--generate', '--topics-to-move-json-file', file, '--broker-list', brokers];
  const output = run(program, [...words, ...server, ...asked], folder);
  return output.split('Proposed partition reassignment configuration')[1].trim();
}

/** @returns the map that topicmappr makes of sizes put where its metricsfetcher would; undefined where it is not there, or makes none */
function topicmappr({ bootstrapServers, folder, zookeeperConnect, ask }, snapshot, words) {
  if (!isThere('topicmappr', ['version'])) return undefined;
  const held = new Map(snapshot.brokers.map(({ id }) => [id, 0]));
  const sizes = {};
  for (const { name, partitions } of snapshot.topics) {
    sizes[name] = {};
    for (const { partition, replicas, sizeBytes } of partitions) {
      sizes[name][partition] = { Size: sizeBytes };
      for (const id of replicas) held.set(id, held.get(id) + sizeBytes);
    }
  }
  const free = Object.fromEntries([...held].map(([id, bytes]) => [id, { StorageFree: diskBytes - bytes }]));
  const put = (path, value) => {
    const change = made.has(path) ? ['set', path] : ['create', '--parents', path];
    made.add(path);
    ask(['zk', ...change, JSON.stringify(value), '--zookeeper', zookeeperConnect]);
  };
  put('/topicmappr/partitionmeta', sizes);
  put('/topicmappr/brokermetrics', free);
  const out = join(folder, `map-${words.join('')}`);
  mkdirSync(out, { recursive: true });
  run(
    'topicmappr',
    [
      ...words,
      ...[
        '--topics',
        'bench-.*',
        '--brokers',
        brokers,
        '--kafka-addr',
        bootstrapServers,
        '--zk-addr',
        zookeeperConnect,
      ],
      ...['--out-path', `${out}/`, '--out-file', 'all', '--ignore-warns'],
    ],
    folder,
  );
  const file = readdirSync(out).find((name) => name.startsWith('all'));
  return file && readFileSync(join(out, file), 'utf8');
}

/** Lets topicctl rebalance for real. @returns where replicas are then */
function topicctl(cluster) {
  if (!isThere('topicctl', ['--version'])) return undefined;
  const { bootstrapServers, folder } = cluster;
  const configs = join(folder, 'topicctl');
  mkdirSync(configs, { recursive: true });
  const meta = { environment: 'bench', region: 'bench' };
  const clusterFile = join(folder, 'topicctl-cluster.yaml');
  const spec = { bootstrapAddrs: bootstrapServers.split(',') };
  writeFileSync(clusterFile, JSON.stringify({ meta: { name: 'bench', ...meta }, spec }));
  for (const [at, name] of topics.entries()) {
    const partitions = layouts[at].split(',').length;
    const placement = { strategy: 'cross-rack' };
    const topic = { partitions, replicationFactor: 2, placement };
    const document = { meta: { name, cluster: 'bench', ...meta }, spec: topic };
    writeFileSync(join(configs, `${name}.yaml`), JSON.stringify(document));
  }
  const words = ['rebalance', '--no-spinner', '--cluster-config', clusterFile, '--path-prefix', configs];
  run('topicctl', [...words, '--sleep-loop-duration', '1s', '--partition-batch-size', '100'], folder);
  return assignmentOf(cluster);
}

function isThere(program, words) {
  return spawnSync(program, words, { stdio: 'ignore' }).error === undefined;
}

function run(program, words, cwd) {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
