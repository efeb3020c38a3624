import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import { kraftVersion } from './cluster.js';
import { eventually } from './kctl.js';
import { propertiesOf } from './secure-broker.js';
import { freePort } from './zookeeper.js';

/** A listener as its broker is told of it, and as the broker tells clients. */
export interface OwnListener {
  /** `host:port`; a free port of loopback unless given. */
  at?: string;
  /** What clients are told; where it listens unless given. */
  advertised?: string;
  /** PLAINTEXT unless given. */
  protocol?: string;
}

export interface OwnBroker {
  /** Where each listener is, by its name in lower case. */
  servers: Record<string, string>;
  stop(): Promise<void>;
}

const logToConsole = {
  'rootLogger.level': 'info',
  'rootLogger.appenderRef.out.ref': 'out',
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%m%n',
};

/**
 * Starts a single KRaft node with listeners as they are given, for what `kctl local` would not do: it keeps
 * listeners to itself.
 * @param settings added to its server.properties
 * @param prefix words in front of Java, such as those that put it into a network namespace
 */
export async function startOwnBroker(
  listeners: Record<string, OwnListener>,
  settings: Record<string, string> = {},
  prefix: string[] = [],
): Promise<OwnBroker> {
  const [{ jars }, java] = await Promise.all([installKafka(kraftVersion), findJava()]);
  const folder = mkdtempSync(join(tmpdir(), 'kctl-broker-'));
  const inner = `127.0.0.1:${await freePort()}`;
  const controller = `127.0.0.1:${await freePort()}`;
  const servers: Record<string, string> = {};
  for (const [name, { at }] of Object.entries(listeners))
    servers[name] = at ?? `127.0.0.1:${await freePort()}`;
  const entries = Object.entries(listeners).map(([name, { advertised, protocol = 'PLAINTEXT' }]) => ({
    name: name.toUpperCase(),
    at: servers[name],
    advertised: advertised ?? servers[name],
    protocol,
  }));
  const config = join(folder, 'server.properties');
  const properties = propertiesOf({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INNER',
    listeners: [
      `CONTROLLER://${controller}`,
      `INNER://${inner}`,
      ...entries.map(({ name, at }) => `${name}://${at}`),
    ].join(','),
    'advertised.listeners': [
      `INNER://${inner}`,
      ...entries.map(({ name, advertised }) => `${name}://${advertised}`),
    ].join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT,INNER:PLAINTEXT',
      ...entries.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': '1',
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    ...settings,
  });
  writeFileSync(config, properties);
  const id = Buffer.from(`${Date.now()}`.padEnd(16, 'x')).toString('base64url');
  const tool = ['-Xshare:auto', '-cp', jars.join(delimiter), 'kafka.tools.StorageTool', 'format'];
  execFileSync(java.path, [...tool, '--cluster-id', id, '--config', config], { stdio: 'ignore' });
  const logging = join(folder, 'log4j2.properties');
  writeFileSync(logging, propertiesOf(logToConsole));
  const options = ['-Xmx256m', `-Dlog4j2.configurationFile=${logging}`];
  const [program = '', ...words] = [
    ...prefix,
    java.path,
    ...options,
    '-cp',
    jars.join(delimiter),
    'kafka.Kafka',
    config,
  ];
  const broker = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  let log = '';
  broker.stdout.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-100_000);
  });
  const stop = async () => {
    const ended = broker.exitCode === null && broker.signalCode === null ? once(broker, 'exit') : undefined;
    broker.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      'a broker of its own',
      () => {
        if (broker.exitCode !== null) throw new Error(`it ended: ${log.slice(-2000)}`);
        return /Kafka Server started/.test(log);
      },
      90_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, stop };
}
