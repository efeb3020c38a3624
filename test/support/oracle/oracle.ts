import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { defaultKafkaVersion, installKafka } from '../../../src/cluster/local/engine.js';
import { findJava } from '../../../src/cluster/local/java.js';
import { compareVersions } from '../../../src/cluster/local/versions.js';
import { root } from '../kctl.js';

export interface ToolRun {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Apache Kafka's own tools, and ZooKeeper's, by what they are for. */
export const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  consoleConsumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  consoleProducer: 'kafka.tools.ConsoleProducer',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
  consumerGroups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  groups: 'org.apache.kafka.tools.GroupsCommand',
  shareGroups: 'org.apache.kafka.tools.consumer.group.ShareGroupCommand',
  streamsGroups: 'org.apache.kafka.tools.streams.StreamsGroupCommand',
  consoleShareConsumer: 'org.apache.kafka.tools.consumer.ConsoleShareConsumer',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
  configs: 'kafka.admin.ConfigCommand',
  leaderElection: 'org.apache.kafka.tools.LeaderElectionCommand',
  logDirs: 'org.apache.kafka.tools.LogDirsCommand',
  deleteRecords: 'org.apache.kafka.tools.DeleteRecordsCommand',
  features: 'org.apache.kafka.tools.FeatureCommand',
  metadataQuorum: 'org.apache.kafka.tools.MetadataQuorumCommand',
  brokerApiVersions: 'kafka.admin.BrokerApiVersionsCommand',
  cluster: 'org.apache.kafka.tools.ClusterTool',
  delegationTokens: 'org.apache.kafka.tools.DelegationTokenCommand',
  acls: 'kafka.admin.AclCommand',
  reassign: 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  clientMetrics: 'org.apache.kafka.tools.ClientMetricsCommand',
  dumpLog: 'kafka.tools.DumpLogSegments',
  zookeeper: 'org.apache.zookeeper.ZooKeeperMain',
} as const;

/** Those that Kafka 4 has under another name. */
const since4: Partial<Record<keyof typeof tools, string>> = {
  dumpLog: 'org.apache.kafka.tools.DumpLogSegments',
};

/** The releases whose tools are asked; those of 2.8 have other names, and 4.0's engine has none. They read what older brokers write. */
const releaseFor = (version: string) => (compareVersions(version, '4.0') < 0 ? defaultKafkaVersion : '4.3.0');

type Jvm = ChildProcessByStdio<Writable, Readable, null>;

/** By version of Kafka. */
const jvms = new Map<string, Promise<Jvm>>();
let last: Promise<unknown> = Promise.resolve();

/** Runs one of Apache's tools as its script would; one at a time, in one JVM a test file and version. */
export function runTool(
  tool: keyof typeof tools,
  args: string[],
  input: string | Buffer = '',
  version = defaultKafkaVersion,
): Promise<ToolRun> {
  const release = releaseFor(version);
  const className = (release.startsWith('3.') ? undefined : since4[tool]) ?? tools[tool];
  const run = last.then(() => ask(release, className, args, Buffer.from(input)));
  last = run.catch(() => {});
  return run;
}

async function ask(version: string, className: string, args: string[], input: Buffer): Promise<ToolRun> {
  const starting = jvms.get(version) ?? startJvm(version);
  jvms.set(version, starting);
  const jvm = await starting;
  for (const handle of handlesOf(jvm)) handle.ref();
  const line = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: jvm.stdout });
    const ended = () => reject(new Error('the JVM of the tools ended'));
    lines.once('line', (text) => {
      resolve(text);
      lines.close();
      jvm.off('exit', ended);
    });
    jvm.once('exit', ended);
    const words = [Buffer.from(className), input, ...args.map((arg) => Buffer.from(arg))];
    jvm.stdin.write(`${words.map((word) => word.toString('base64')).join(' ')}\n`);
  });
  // An idle JVM must not keep the test file's process alive.
  for (const handle of handlesOf(jvm)) handle.unref();
  const [code = '', stdout = '', stderr = ''] = line.split(' ');
  return {
    code: Number(code),
    stdout: Buffer.from(stdout, 'base64'),
    stderr: Buffer.from(stderr, 'base64').toString(),
  };
}

/** What keeps the event loop running; the pipes are sockets, which their types do not say. */
function handlesOf(jvm: Jvm): Array<{ ref(): void; unref(): void }> {
  return [jvm, jvm.stdin as unknown as Socket, jvm.stdout as unknown as Socket];
}

async function startJvm(version: string): Promise<Jvm> {
  const { jars } = await installKafka(version);
  const java = await findJava();
  const source = join(root, 'test', 'support', 'oracle', 'Oracle.java');
  const words = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', jars.join(delimiter), source];
  const jvm = spawn(java.path, words, { stdio: ['pipe', 'pipe', 'ignore'] });
  process.on('exit', () => jvm.kill('SIGKILL'));
  return jvm;
}
