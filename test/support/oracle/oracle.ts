import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { defaultKafkaVersion, installEngine } from '../../../src/cluster/local/engine.js';
import { findJava } from '../../../src/cluster/local/java.js';
import { root } from '../kctl.js';

export interface ToolRun {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Apache Kafka's own tools, by what they are for. */
export const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  consoleConsumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  consoleProducer: 'kafka.tools.ConsoleProducer',
  consumerGroups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
} as const;

let process_: Promise<ChildProcessWithoutNullStreams> | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs one of Apache's tools as its script would; one at a time, in one JVM a test file. */
export function runTool(
  tool: keyof typeof tools,
  args: string[],
  input: string | Buffer = '',
): Promise<ToolRun> {
  const run = last.then(() => ask(tools[tool], args, Buffer.from(input)));
  last = run.catch(() => {});
  return run;
}

async function ask(className: string, args: string[], input: Buffer): Promise<ToolRun> {
  process_ ??= startJvm();
  const jvm = await process_;
  const line = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: jvm.stdout });
    lines.once('line', (text) => {
      resolve(text);
      lines.close();
    });
    jvm.once('exit', () => reject(new Error('the JVM of the tools ended')));
    const words = [Buffer.from(className), input, ...args.map((arg) => Buffer.from(arg))];
    jvm.stdin.write(`${words.map((word) => word.toString('base64')).join(' ')}\n`);
  });
  const [code = '', stdout = '', stderr = ''] = line.split(' ');
  return {
    code: Number(code),
    stdout: Buffer.from(stdout, 'base64'),
    stderr: Buffer.from(stderr, 'base64').toString(),
  };
}

async function startJvm(): Promise<ChildProcessWithoutNullStreams> {
  const { jars } = await installEngine(defaultKafkaVersion);
  const java = await findJava();
  const source = join(root, 'test', 'support', 'oracle', 'Oracle.java');
  const jvm = spawn(java.path, [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-cp',
    jars.join(':'),
    source,
  ]);
  jvm.stderr.on('data', () => {});
  after(() => void jvm.kill('SIGKILL'));
  return jvm;
}
