import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Deadline, pause } from '../../src/base/deadline.js';
import { defaultKafkaVersion, installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import { choosePorts } from '../../src/cluster/local/ports.js';

export interface TestZookeeper {
  connectString: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

export interface TestZookeeperOptions {
  /** Its `myid`, where it is a member of an ensemble. */
  id?: number;
  /** Of another version than the bundled one. */
  jars?: string[];
  /** More words for Java. */
  java?: string[];
}

/**
 * Starts a real ZooKeeper of its own, for what a shared one cannot show: other settings, other states.
 * @param settings added to its zoo.cfg
 */
export async function startZookeeper(
  settings: Record<string, string> = {},
  options: TestZookeeperOptions = {},
): Promise<TestZookeeper> {
  const [jars, java, port] = await Promise.all([
    options.jars ?? installKafka(defaultKafkaVersion).then((engine) => engine.jars),
    findJava(),
    freePort(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'kctl-zookeeper-'));
  const lines = Object.entries({
    dataDir: folder,
    clientPort: port,
    clientPortAddress: '127.0.0.1',
    'admin.enableServer': false,
    // Nobody needs what a test writes after a power cut, and a busy disk takes seconds to be sure of it.
    forceSync: 'no',
    ...settings,
  }).map(([key, value]) => `${key}=${value}\n`);
  const config = join(folder, 'zoo.cfg');
  writeFileSync(config, lines.join(''));
  // Read by members of an ensemble only.
  writeFileSync(join(folder, 'myid'), String(options.id ?? 1));
  const words = ['-Xmx128m', ...(options.java ?? []), '-cp', jars.join(delimiter)];
  const server = spawn(java.path, [...words, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config], {
    stdio: 'ignore',
  });
  const stop = async () => {
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined;
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = new Deadline(60_000);
  // It answers a moment before it serves; a member of an ensemble without a quorum never gets further.
  const refusesSrvr = !/^\*$|srvr/.test(settings['4lw.commands.whitelist'] ?? '*');
  const isUp = 'server.1' in settings || refusesSrvr ? /./ : /^Mode: /m;
  while (!isUp.test(await fourLetters(port, 'srvr').catch(() => ''))) {
    if (deadline.passed || server.exitCode !== null) {
      await stop();
      throw new Error(`ZooKeeper did not start on port ${port}`);
    }
    await pause(50);
  }
  return { connectString: `127.0.0.1:${port}`, port, pid: server.pid ?? 0, stop };
}

/** What a server answers to a word over a socket of its own, as `nc` would show it; silence is an error. */
export async function fourLetters(port: number, word: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(5000, () => socket.destroy(new Error(`port ${port} is silent to ${word}`)));
  socket.on('connect', () => socket.write(word));
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/**
 * A port that nothing listens on, outside the range of outgoing connections: there a socket that polls for a
 * server can meet itself, hold the port and wait for ever.
 */
export async function freePort(): Promise<number> {
  const [port] = await choosePorts(1);
  assert.ok(port);
  return port;
}
