/**
 * From nothing to a cluster that is ready: `kctl local start` beside Kafka's own start scripts, in the order of Kafka's
 * quick start, brokers together, on the same jars. KAFKA_SCRIPTS names a folder that holds Kafka's `bin` and `config`,
 * such as an unpacked distribution. The scripts stand in no artifact of Maven: without that folder their main classes are
 * run with the JVM options that the scripts give, and what a shell takes is not counted. Ready is the same for both,
 * and asked by the same code: every broker knows every other, took a record and gave it back. RUNS sets how many runs
 * each has, KIND which of the clusters, by a word of its name.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';
import { java, kctl, runs } from './support/bench.mjs';

register();
const { Deadline, pause } = await import('../src/base/deadline.ts');
const { choosePorts } = await import('../src/cluster/local/ports.ts');
const { awaitReadiness } = await import('../src/cluster/local/readiness.ts');
const { askFourLetterWord } = await import('../src/cluster/zookeeper/four-letter.ts');

const folder = mkdtempSync(join(tmpdir(), 'kctl-bench-'));
const env = { ...process.env, KCTL_STATE_DIR: join(folder, 'state') };
const scripts = process.env.KAFKA_SCRIPTS;
const kinds = [
  { name: 'ZooKeeper and one broker', kafka: '3.9.2', brokers: 1 },
  { name: 'ZooKeeper and three brokers', kafka: '3.9.2', brokers: 3 },
  { name: 'one KRaft node', kafka: '4.3.0', brokers: 1, kraft: true },
];

try {
  console.log(`## Local clusters\n\nMedian of ${runs} runs each, in turns, Node ${process.version}.\n`);
  const title = `${scripts ? '' : 'what '}Kafka's start scripts${scripts ? '' : ' run'}`;
  console.log(`| cluster | \`kctl local start\` | ${title} | times faster |`);
  console.log('| --- | --- | --- | --- |');
  for (const kind of kinds.filter(({ name }) => name.includes(process.env.KIND ?? ''))) {
    const { libs } = JSON.parse(ask(['engine', 'install', '--kafka', kind.kafka]));
    const [ours, theirs] = [[], []];
    // The first round fills the caches of the system and does not count.
    for (let round = 0; round <= runs; round++) {
      const ms = [await startByKctl(kind), await startByScripts(kind, libs)];
      if (round === 0) continue;
      ours.push(ms[0]);
      theirs.push(ms[1]);
    }
    const [a, b] = [median(ours), median(theirs)];
    console.log(
      `| ${kind.name}, Kafka ${kind.kafka} | ${seconds(a)} | ${seconds(b)} | ${(b / a).toFixed(1)} |`,
    );
  }
  console.log();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function ask(words) {
  const options = { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [kctl, 'local', ...words, '-o', 'json'],
    options,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Milliseconds of the whole command. */
async function startByKctl({ kafka, brokers }) {
  const startedAtMs = performance.now();
  ask(['start', '--name', 'bench', '--ephemeral', '--kafka', kafka, '--brokers', String(brokers)]);
  const ms = performance.now() - startedAtMs;
  ask(['stop', '--name', 'bench']);
  return ms;
}

async function startByScripts({ brokers, kraft }, libs) {
  const home = mkdtempSync(join(folder, 'scripts-'));
  const [zookeeperPort, controllerPort, ...ports] = await choosePorts(2 + brokers);
  const servers = [];
  const { start, format } = scripts ? byScripts(home, libs) : byTheirOptions(home, libs);
  const run = async (...words) => servers.push(await start(...words));
  const deadline = new Deadline(120_000);
  const startedAtMs = performance.now();
  try {
    if (!kraft) {
      await run(
        'zookeeper',
        writeProperties(home, 'zookeeper', {
          dataDir: join(home, 'zookeeper-data'),
          clientPort: zookeeperPort,
          clientPortAddress: '127.0.0.1',
          'admin.enableServer': false,
          '4lw.commands.whitelist': 'srvr',
        }),
      );
      while (!/^Mode: /m.test(await srvr(zookeeperPort))) await pause(20);
    }
    const configs = ports.map((port, index) => {
      const mode = kraft
        ? kraftConfig(port, controllerPort)
        : zookeeperConfig(index + 1, port, zookeeperPort);
      return writeProperties(home, `broker-${index + 1}`, {
        'log.dirs': join(home, `data-${index + 1}`),
        'offsets.topic.replication.factor': 1,
        'transaction.state.log.replication.factor': 1,
        'transaction.state.log.min.isr': 1,
        ...mode,
      });
    });
    if (kraft) {
      const [code] = await once(
        format('format', '--cluster-id', 'MkU3OEVBNTcwNTJENDM2Qk', '--config', configs[0]),
        'exit',
      );
      if (code !== 0) throw new Error(`the storage was not formatted (${code})`);
    }
    await Promise.all(configs.map((config) => run('kafka', config)));
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    await awaitReadiness(
      addresses,
      ports.map((_, index) => index + 1),
      deadline,
    );
    return performance.now() - startedAtMs;
  } finally {
    for (const server of servers) server.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.exitCode ?? server.signalCode ?? once(server, 'exit')));
    rmSync(home, { recursive: true, force: true });
  }
}

function zookeeperConfig(id, port, zookeeperPort) {
  return {
    'broker.id': id,
    listeners: `PLAINTEXT://127.0.0.1:${port}`,
    'zookeeper.connect': `127.0.0.1:${zookeeperPort}`,
  };
}

function kraftConfig(port, controllerPort) {
  return {
    'node.id': 1,
    'process.roles': 'broker,controller',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  };
}

function writeProperties(home, name, properties) {
  const file = join(home, `${name}.properties`);
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return file;
}

/** By the scripts themselves; their folder is copied beside the jars, where they look for them. */
function byScripts(home, libs) {
  cpSync(join(scripts, 'bin'), join(home, 'bin'), { recursive: true });
  cpSync(join(scripts, 'config'), join(home, 'config'), { recursive: true });
  symlinkSync(libs, join(home, 'libs'));
  const missesLogging = isLog4j2(libs) && !existsSync(join(home, 'config', 'log4j2.yaml'));
  const logging = missesLogging ? { KAFKA_LOG4J_OPTS: loggingOption(home, libs) } : {};
  const script = (name, ...words) =>
    spawn(join(home, 'bin', name), words, { stdio: 'ignore', cwd: home, env: { ...env, ...logging } });
  return {
    start: (product, config) => script(`${product}-server-start.sh`, config),
    format: (...words) => script('kafka-storage.sh', ...words),
  };
}

function byTheirOptions(home, libs) {
  const programs = {
    zookeeper: ['512M', 'org.apache.zookeeper.server.quorum.QuorumPeerMain'],
    kafka: ['1G', 'kafka.Kafka'],
  };
  return {
    // With a log of collections, which servers have, kafka-run-class.sh asks Java for its version before it starts it.
    start: async (product, config) => {
      await once(spawn(java, ['-version'], { stdio: 'ignore' }), 'exit');
      return startJava(home, libs, ...programs[product], config);
    },
    format: (...words) => startJava(home, libs, '256M', 'kafka.tools.StorageTool', ...words),
  };
}

function isLog4j2(libs) {
  return readdirSync(libs).some((jar) => jar.startsWith('log4j-core'));
}

function loggingOption(home, libs) {
  const file = join(home, 'logging.properties');
  writeFileSync(file, isLog4j2(libs) ? log4j2(home) : log4j(home));
  return `-D${isLog4j2(libs) ? 'log4j2.configurationFile=' : 'log4j.configuration=file:'}${file}`;
}

/** With the options of kafka-run-class.sh; it logs to a file, as the scripts' servers do beside their console. */
function startJava(home, libs, heap, main, ...words) {
  mkdirSync(join(home, 'logs'), { recursive: true });
  const options = [
    ...[`-Xmx${heap}`, `-Xms${heap}`, '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
    ...['-XX:InitiatingHeapOccupancyPercent=35', '-XX:+ExplicitGCInvokesConcurrent'],
    ...['-XX:MaxInlineLevel=15', '-Djava.awt.headless=true'],
    `-Xlog:gc*:file=${join(home, 'logs', `${main}-gc.log`)}:time,tags:filecount=10,filesize=100M`,
    '-Dcom.sun.management.jmxremote=true',
    '-Dcom.sun.management.jmxremote.authenticate=false',
    '-Dcom.sun.management.jmxremote.ssl=false',
    loggingOption(home, libs),
    ...['-cp', join(libs, '*'), main, ...words],
  ];
  return spawn(java, options, { stdio: 'ignore', cwd: home });
}

function log4j(home) {
  return `log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File=${join(home, 'logs', 'server.log')}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=[%d] %p %m (%c)%n
`;
}

function log4j2(home) {
  return `appender.file.type=File
appender.file.name=file
appender.file.fileName=${join(home, 'logs', 'server.log')}
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.file.ref=file
`;
}

async function srvr(port) {
  try {
    return (await askFourLetterWord({ host: '127.0.0.1', port }, 'srvr', new Deadline(250))).toString();
  } catch {
    return '';
  }
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}
