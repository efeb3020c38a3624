import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { getProperties } from 'properties-file';
import { kraftVersion } from '../support/cluster.js';
import { type Run, randomName, root, runKctl } from '../support/kctl.js';

/**
 * Clients of other makers on local clusters, told of them by `-o env` and `-o properties` alone. librdkafka's is
 * confluent-kafka from PyPI, in a virtual environment made here; franz-go's a small program over the library, and kcl, which is
 * made of it, where it is installed.
 */
const folder = mkdtempSync(join(tmpdir(), 'kctl-clients-'));
const env = { KCTL_STATE_DIR: join(folder, 'state'), KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
const clients = join(root, 'test', 'full', 'clients');
const lines = Array.from({ length: 200 }, (_, n) => `bier ${n}`).sort();
const name = randomName('clients');
after(async () => {
  await runKctl(['local', 'reset', '--name', name, '--yes'], { env });
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program to its end. @throws when it fails */
async function run(
  program: string,
  words: string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): Promise<string> {
  const { input = '', env: more = {}, cwd } = options;
  const child = spawn(program, words, { cwd, env: { ...process.env, ...more } });
  const [out, err]: Buffer[][] = [[], []];
  child.stdout.on('data', (chunk) => out?.push(chunk));
  child.stderr.on('data', (chunk) => err?.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} (${code}): ${Buffer.concat(err ?? [])}`);
  return Buffer.concat(out ?? []).toString();
}

/** Why a client cannot be tried on this machine: a program that makes it is not there. */
async function missing(made: Promise<unknown>): Promise<string | undefined> {
  try {
    await made;
    return undefined;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `${path} is not installed`;
    throw error;
  }
}

const python = join(folder, 'venv', 'bin', 'python');
const confluent = run('python3', ['-m', 'venv', join(folder, 'venv')]).then(() =>
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'confluent-kafka']),
);
const franz = run('go', ['build', '-o', join(folder, 'franz'), '.'], { cwd: join(clients, 'franz') });

/** What a shell's eval of `-o env` sets. */
async function environmentOf(): Promise<Record<string, string>> {
  const status = `"${process.execPath}" "${join(root, 'bin', 'run.js')}" local status --name ${name} -o env`;
  const text = await run('sh', ['-c', `eval "$(${status})" && env -0`], { env });
  const entries = text.split('\0').map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]);
  return Object.fromEntries(entries.filter(([key]) => /^(KAFKA|KCTL)_/.test(key)));
}

/** What `-o properties` says, and the file that it names. */
async function connection() {
  const { stdout } = await runKctl(['local', 'status', '--name', name, '-o', 'properties'], { env });
  const properties = getProperties(stdout);
  const file = /stands in (.*)$/m.exec(stdout)?.[1];
  const jaas = file ? (getProperties(readFileSync(file, 'utf8'))['sasl.jaas.config'] ?? '') : '';
  const [, username = '', password = ''] = /username="([^"]*)" password="([^"]*)"/.exec(jaas) ?? [];
  return {
    brokers: properties['bootstrap.servers']?.split(',') ?? [],
    mechanism: properties['sasl.mechanism']?.toLowerCase(),
    caFile: properties['ssl.truststore.location'],
    username,
    password,
  };
}

async function kafkajs(topic: string, groupId: string): Promise<string[]> {
  const { brokers, mechanism, caFile, username, password } = await connection();
  const kafka = new Kafka({
    brokers,
    logLevel: logLevel.NOTHING,
    ...(caFile ? { ssl: { ca: readFileSync(caFile, 'utf8') } } : {}),
    ...(mechanism ? { sasl: { mechanism, username, password } as SASLOptions } : {}),
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: lines.map((value) => ({ value })) });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const read: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      read.push(String(message.value));
      if (read.length === lines.length) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return read;
}

/** kcl reads what it needs from a file of its own. */
async function kcl(topic: string, group: string): Promise<string[]> {
  const { brokers, mechanism, caFile, username, password } = await connection();
  const config = join(folder, 'kcl.toml');
  const login = { method: mechanism, user: username, pass: password };
  const table = (name: string, entries: Record<string, string | undefined>) =>
    `[${name}]\n${Object.entries(entries)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
      .join('')}`;
  const sections = [
    `seed_brokers = ${JSON.stringify(brokers)}\n`,
    ...(caFile ? [table('tls', { ca_cert_path: caFile })] : []),
    ...(mechanism ? [table('sasl', login)] : []),
  ];
  writeFileSync(config, sections.join(''), { mode: 0o600 });
  await run('kcl', ['--config-path', config, 'produce', topic], { input });
  const words = ['consume', topic, '--group', group, '--num', String(lines.length)];
  return (await run('kcl', ['--config-path', config, ...words])).trimEnd().split('\n');
}

const made: Record<string, Promise<unknown>> = {
  'confluent-kafka': confluent,
  'franz-go': franz,
  kcl: run('kcl', ['--version']),
};
// They are waited for where they are used.
for (const each of Object.values(made)) each.catch(() => {});
const input = lines.map((line) => `${line}\n`).join('');
const theirs: Record<string, (topic: string, group: string) => Promise<string[]>> = {
  'confluent-kafka': async (topic, group) => {
    const words = [join(clients, 'confluent.py'), topic, group];
    return (await run(python, words, { env: await environmentOf(), input })).trimEnd().split('\n');
  },
  kafkajs,
  kcl,
  'franz-go': async (topic, group) => {
    const text = await run(join(folder, 'franz'), [topic, group], { env: await environmentOf(), input });
    return text.trimEnd().split('\n');
  },
};

const kinds: Array<[what: string, words: string[]]> = [
  ['PLAINTEXT', []],
  ['SASL_SSL with PLAIN', ['--security', 'sasl_ssl', '--user', 'alice', '--kafka', kraftVersion]],
  ['SASL_SSL with SCRAM', ['--security', 'sasl_ssl', '--user', 'alice', '--mechanism', 'SCRAM-SHA-512']],
];
for (const [what, words] of kinds) {
  describe(what, () => {
    const kctl = async (words: string[]): Promise<Run> => {
      const done = await runKctl(words, { env: { ...env, KCTL_LOCAL_NAME: name }, timeoutMs: 120_000 });
      assert.equal(done.code, 0, done.stderr);
      return done;
    };
    after(() => kctl(['local', 'stop']));
    for (const [client, writeAndRead] of Object.entries(theirs)) {
      test(`${client} writes and reads in a group, and kctl sees the same`, async (t) => {
        const reason = await missing(Promise.resolve(made[client]));
        if (reason) return t.skip(reason);
        await kctl(['local', 'start', '--brokers', '2', '--ephemeral', ...words]);
        const topic = randomName('kegs');
        await kctl(['topics', 'create', topic, '--partitions', '3']);
        const group = randomName('barflies');
        assert.deepEqual((await writeAndRead(topic, group)).sort(), lines);
        const { stdout } = await kctl(['consume', topic, '--exit-at-end']);
        assert.deepEqual(stdout.trimEnd().split('\n').sort(), lines);
        const { stdout: listed } = await kctl(['groups', 'list', group, '-o', 'name']);
        assert.equal(listed, `${group}\n`);
      });
    }
  });
}
