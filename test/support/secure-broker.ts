import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { defaultKafkaVersion, installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import { eventually, runKctl } from './kctl.js';
import { runTool } from './oracle/oracle.js';
import { freePort, startZookeeper } from './zookeeper.js';

export const alice = { username: 'alice', password: 'al"ice\\-secret' };

/** A broker that listens in every way: plain, TLS, TLS that asks for a certificate, and SASL over both. */
export interface SecureBroker {
  /** `127.0.0.1:port` by listener. */
  servers: Record<ListenerName, string>;
  /** Where `cert.pem` (a certificate that is its own authority), `key.pem` and `store.pem` (both) lie. */
  folder: string;
  stop(): Promise<void>;
}

const listeners = {
  PLAINTEXT: 'PLAINTEXT',
  TLS: 'SSL',
  MUTUAL: 'SSL',
  SASL: 'SASL_PLAINTEXT',
  SASLTLS: 'SASL_SSL',
} as const;
export type ListenerName = keyof typeof listeners;
const names = Object.keys(listeners) as ListenerName[];

/**
 * Starts Kafka by hand; alice may log in by PLAIN and SCRAM, and with TLS whoever has an unsigned token, by
 * OAUTHBEARER. `kctl local start --security` cannot stand in for it: a
 * cluster of its has one listener for clients and an authority of its own, while one broker here has all five ways, so
 * that each can be tried against the wrong one, with a certificate that is its own authority.
 */
export async function startSecureBroker(): Promise<SecureBroker> {
  const [{ jars }, java, zookeeper, ...ports] = await Promise.all([
    installKafka(defaultKafkaVersion),
    findJava(),
    startZookeeper(),
    ...names.map(() => freePort()),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'kctl-secure-'));
  makeCertificate(folder);
  const servers = Object.fromEntries(
    names.map((name, index) => [name, `127.0.0.1:${ports[index]}`]),
  ) as SecureBroker['servers'];
  const config = join(folder, 'server.properties');
  writeFileSync(config, propertiesOf(brokerConfig(folder, servers, zookeeper.connectString)));
  const log = join(folder, 'log4j.properties');
  writeFileSync(log, 'log4j.rootLogger=OFF\n');
  const words = ['-Xmx256m', `-Dlog4j.configuration=file:${log}`, '-cp', jars.join(delimiter)];
  const broker = spawn(java.path, [...words, 'kafka.Kafka', config], { stdio: 'ignore' });
  const stop = async () => {
    const ended = broker.exitCode === null && broker.signalCode === null ? once(broker, 'exit') : undefined;
    broker.kill('SIGKILL');
    await ended;
    await zookeeper.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      'the secure broker',
      async () => (await runKctl(['topics', 'list', '-b', servers.PLAINTEXT])).code === 0,
      90_000,
    );
    await allowScram(servers.PLAINTEXT);
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, folder, stop };
}

function makeCertificate(folder: string): void {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  const names = ['-subj', '/CN=kctl-test', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', [...words, ...names], { stdio: 'ignore' });
  writeFileSync(join(folder, 'store.pem'), readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'));
}

function brokerConfig(folder: string, servers: SecureBroker['servers'], zookeeper: string) {
  const addresses = names.map((name) => `${name}://${servers[name]}`).join(',');
  const quoted = alice.password.replace(/[\\"]/g, '\\$&');
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${alice.username}="${quoted}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const oauth = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;';
  const sasl = ['sasl', 'sasltls'].flatMap((name) => [
    [
      `listener.name.${name}.sasl.enabled.mechanisms`,
      `PLAIN,SCRAM-SHA-256,SCRAM-SHA-512${name === 'sasltls' ? ',OAUTHBEARER' : ''}`,
    ],
    [`listener.name.${name}.oauthbearer.sasl.jaas.config`, oauth],
    [`listener.name.${name}.plain.sasl.jaas.config`, plain],
    [`listener.name.${name}.scram-sha-256.sasl.jaas.config`, scram],
    [`listener.name.${name}.scram-sha-512.sasl.jaas.config`, scram],
  ]);
  return {
    'broker.id': '1',
    'zookeeper.connect': zookeeper,
    'log.dirs': join(folder, 'data'),
    listeners: addresses,
    'advertised.listeners': addresses,
    'listener.security.protocol.map': names.map((name) => `${name}:${listeners[name]}`).join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'store.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'cert.pem'),
    'listener.name.mutual.ssl.client.auth': 'required',
    'offsets.topic.replication.factor': '1',
    ...Object.fromEntries(sasl),
  };
}

async function allowScram(server: string): Promise<void> {
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    const { code, stderr } = await runTool('configs', [
      ...['--bootstrap-server', server, '--alter', '--entity-type', 'users', '--entity-name', alice.username],
      ...['--add-config', `${mechanism}=[iterations=4096,password=${alice.password}]`],
    ]);
    if (code !== 0) throw new Error(`alice could not be allowed ${mechanism}: ${stderr}`);
  }
}

/** A Java properties file: backslashes and ends of lines are escaped, nothing else has to be here. */
export function propertiesOf(properties: Record<string, string>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('');
}
