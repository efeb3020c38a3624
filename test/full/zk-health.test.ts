import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { before, type TestContext, test } from 'node:test';
import { installZookeeper } from '../../src/cluster/local/engine.js';
import { startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';
import { serve } from '../support/serve.js';
import {
  freePort,
  startZookeeper,
  type TestZookeeper,
  type TestZookeeperOptions,
} from '../support/zookeeper.js';

interface Finding {
  severity: string;
  code: string;
  server?: string;
  message: string;
  hint?: string;
}

async function health(connectString: string, ...options: string[]) {
  const { code, stdout, stderr } = await runKctl([
    'zk',
    'health',
    '-z',
    connectString,
    '-o',
    'json',
    ...options,
  ]);
  assert.ok(code === 0 || code === 5, stderr);
  const document = assertDocument(stdout, 'ZookeeperHealth');
  return { code, document, findings: document.findings as Finding[] };
}

const codes = (findings: Finding[]) => findings.map(({ code }) => code);
const named = (findings: Finding[], code: string, server?: string): Finding | undefined =>
  findings.find((each) => each.code === code && (server === undefined || each.server === server));

async function start(t: TestContext, settings: Record<string, string>, options: TestZookeeperOptions = {}) {
  const server = await startZookeeper(settings, options);
  t.after(() => server.stop());
  return server;
}

let ensemble: TestCluster;
before(async () => {
  ensemble = await startCluster(['--zookeepers', '3', '--observers', '1', '--brokers', '0']);
});
const all = () => ensemble.zookeeperConnect ?? '';
const addressOf = ({ port }: { port: number }) => `127.0.0.1:${port}`;

test('a sound ensemble: who leads, who follows, who observes', async () => {
  const { code, document, findings } = await health(all());
  assert.equal(code, 0);
  assert.deepEqual([document.verdict, document.voters, document.serving], ['warning', 3, 3]);
  assert.deepEqual(codes(findings), ['SAME_HOST']);
  const states = document.servers.map(({ state }: { state: string }) => state).sort();
  assert.deepEqual(states, ['follower', 'follower', 'leader', 'observer']);
  assert.equal((await health(all(), '--fail-on', 'warning')).code, 5);
  const nagios = await runKctl(['zk', 'health', '-z', all(), '--nagios']);
  assert.match(nagios.stdout, /^ZOOKEEPER WARNING - 3 of 3 voters serve; .*\n$/);
  const one = await runKctl(['zk', 'can-restart', '1', '-z', all(), '-o', 'json']);
  assert.deepEqual([one.code, assertDocument(one.stdout, 'ZookeeperRestart').safe], [0, true]);
  const plan = await runKctl(['zk', 'rolling-check', '-z', all(), '-o', 'json']);
  const { servers } = assertDocument(plan.stdout, 'RollingPlan');
  assert.equal(servers.at(-1).server, document.leader);
});

test('a latency that a stopped process has made', async () => {
  const { document } = await health(all());
  const leader = ensemble.zookeepers.find((each) => addressOf(each) === document.leader);
  const follower = document.servers.find(({ state }: { state: string }) => state === 'follower').server;
  assert.ok(leader?.pid);
  assert.ok(!named((await health(all(), '--max-latency', '5s')).findings, 'LATENCY_MAX'));
  process.kill(leader.pid, 'SIGSTOP');
  // A new session is a change, which waits for the leader.
  const waiting = startKctl(['zk', 'ls', '/', '-z', follower]);
  const silence = await runKctl(['zk', 'ruok', '-z', addressOf(leader), '--timeout', '900ms']);
  process.kill(leader.pid, 'SIGCONT');
  assert.equal(silence.code, 3);
  await waiting.finished;
  const { findings } = await health(all(), '--max-latency', '200ms');
  assert.match(named(findings, 'LATENCY_MAX')?.message ?? JSON.stringify(findings), /took up to \d+ ms/);
});

test('a follower that stands still, a leader killed, two of three killed', async () => {
  const before = await health(all());
  const leaderAddress: string = before.document.leader;
  const observer = before.document.servers.find(
    ({ state }: { state: string }) => state === 'observer',
  ).server;
  const voters = ensemble.zookeepers.filter((each) => addressOf(each) !== observer);
  const leader = voters.find((each) => addressOf(each) === leaderAddress);
  const [follower, other] = voters.filter((each) => each !== leader);
  assert.ok(leader?.pid && follower?.pid && other?.pid);

  process.kill(follower.pid, 'SIGSTOP');
  try {
    const { code, findings } = await health(all());
    assert.equal(code, 5);
    assert.ok(named(findings, 'SERVER_SILENT', addressOf(follower)), JSON.stringify(findings));
    const restart = await runKctl(['zk', 'can-restart', addressOf(other), '-z', all(), '-o', 'json']);
    assert.equal(restart.code, 5);
    assert.match(assertDocument(restart.stdout, 'ZookeeperRestart').reasons.join(), /1 of 3 voting servers/);
  } finally {
    process.kill(follower.pid, 'SIGCONT');
  }

  process.kill(leader.pid, 'SIGKILL');
  await eventually('a new leader', async () => (await health(all())).document.leader !== null);
  const without = await health(all());
  assert.deepEqual([without.code, without.document.serving], [5, 2]);
  assert.ok(named(without.findings, 'SERVER_DOWN', leaderAddress));
  assert.ok(!codes(without.findings).includes('QUORUM_LOST'));

  process.kill(follower.pid, 'SIGKILL');
  await eventually('a lost quorum', async () =>
    codes((await health(all())).findings).includes('NOT_SERVING'),
  );
  const lost = await health(all());
  assert.equal(lost.code, 5);
  const quorum = named(lost.findings, 'QUORUM_LOST');
  assert.match(quorum?.message ?? '', /^0 of [34] voting servers serve/);
  assert.ok(named(lost.findings, 'NOT_SERVING', addressOf(other)));
});

test('words that are refused: the default whitelist, all but srvr, and every one', async (t) => {
  const [guarded, mute] = await Promise.all([start(t, {}), start(t, { '4lw.commands.whitelist': 'ruok' })]);
  const byDefault = await health(guarded.connectString);
  for (const { connectString } of [guarded, mute]) {
    const { document, findings } = await health(connectString);
    assert.deepEqual([document.servers[0].via, document.servers[0].state], ['srvr', 'standalone']);
    assert.match(named(findings, 'WORDS_REFUSED')?.message ?? '', /known by srvr/);
  }
  assert.match(
    named(byDefault.findings, 'WORDS_REFUSED')?.hint ?? '',
    /4lw\.commands\.whitelist=srvr,cons,mntr,conf,dirs/,
  );
  // No server refuses srvr by itself; what stands before it may.
  await refuseWords(t, '127.0.0.2', mute.port);
  const bySession = await health(`127.0.0.2:${mute.port}`, '--admin-port', String(await freePort()));
  assert.deepEqual(
    [bySession.document.servers[0].via, bySession.document.servers[0].state],
    ['ping', 'serving'],
  );
});

test('words that are refused where there is an AdminServer: it tells the rest', async (t) => {
  const { jars } = await installZookeeper('3.9.3');
  const adminPort = await freePort();
  const admin = { 'admin.enableServer': 'true', 'admin.serverPort': String(adminPort) };
  // Reached by another address, where every word is refused.
  const settings = { ...admin, 'admin.serverAddress': '127.0.0.2', maxClientCnxns: '60' };
  const { port } = await start(t, settings, { jars });
  await refuseWords(t, '127.0.0.2', port);
  const connectString = `127.0.0.2:${port}`;
  const options = ['--admin-port', String(adminPort)];
  const { document, findings } = await health(connectString, ...options);
  const [report] = document.servers;
  assert.deepEqual([report.via, report.state, report.zookeeperVersion], ['admin', 'standalone', '3.9.3']);
  for (const field of ['openFiles', 'logDirBytes', 'settings', 'zxid', 'latencyMs'])
    assert.ok(report[field] !== undefined, field);
  assert.match(named(findings, 'WORDS_REFUSED')?.message ?? '', /known by its AdminServer/);
  for (const word of [
    'stat',
    'srvr',
    'mntr',
    'ruok',
    'isro',
    'cons',
    'conf',
    'dirs',
    'dump',
    'envi',
    'wchs',
  ]) {
    const { code, stderr, stdout } = await runKctl([
      ...['zk', word, '-z', connectString, '-o', 'json'],
      ...options,
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(assertDocument(stdout).via, 'admin');
    assert.match(stderr, /known by its AdminServer\. Put into its zoo\.cfg: 4lw\.commands\.whitelist=srvr/);
  }
  const closed = String(await freePort());
  const ping = await runKctl(['zk', 'stat', '-z', connectString, '--admin-port', closed, '-o', 'json']);
  const { mode, via } = assertDocument(ping.stdout, 'ZkStat');
  assert.deepEqual([ping.code, via, mode], [0, 'ping', 'serving']);
  const listed = await runKctl(['zk', 'admin', 'commands', '-z', connectString, ...options, '-o', 'json']);
  const { answer } = assertDocument(listed.stdout, 'ZookeeperAdminAnswer').items[0];
  assert.ok(answer.commands.includes('last_snapshot'));
  for (const command of ['last_snapshot', 'observers', 'voting_view']) {
    const told = await runKctl(['zk', 'admin', command, '-z', connectString, ...options, '-o', 'json']);
    assert.equal(told.code, 0, told.stderr);
  }
  const none = await runKctl(['zk', 'admin', 'nothing', '-z', connectString, ...options]);
  assert.deepEqual([none.code, /Unknown command/.test(none.stderr)], [1, true]);
  assert.equal((await runKctl(['zk', 'admin', 'stat_reset', '-z', connectString, ...options])).code, 2);
});

/** Stands before a server and refuses every word in its own words; sessions go through. */
async function refuseWords(t: TestContext, host: string, port: number): Promise<void> {
  const sockets: Socket[] = [];
  const proxy = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.once('data', (first) => {
      const word = /^[a-z]{4}$/.exec(first.toString('latin1'))?.[0];
      if (word) return socket.end(`${word} is not executed because it is not in the whitelist.`);
      const server = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(server);
      server.write(first);
      return socket.pipe(server).pipe(socket);
    });
  });
  proxy.listen(port, host);
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
}

test('a full table of connections', async (t) => {
  const { connectString, port } = await start(t, { maxClientCnxns: '3', '4lw.commands.whitelist': '*' });
  const sockets = await Promise.all([1, 2, 3].map(() => open('127.0.0.2', port)));
  t.after(() => sockets.forEach((socket) => void socket.destroy()));
  const { code, findings } = await health(connectString);
  assert.equal(code, 5);
  assert.match(named(findings, 'CONNECTIONS')?.message ?? '', /3 connections of 127\.0\.0\.2, and takes 3/);
  const own = await Promise.all([1, 2, 3].map(() => open('127.0.0.1', port)));
  t.after(() => own.forEach((socket) => void socket.destroy()));
  assert.ok(named((await health(connectString)).findings, 'CONNECTION_REFUSED'));
});

async function open(localAddress: string, port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test('member lists that differ, and a server that is read-only', async (t) => {
  const ports = await Promise.all(Array.from({ length: 6 }, () => freePort()));
  const line = (id: number) => ({ [`server.${id}`]: `127.0.0.1:${ports[2 * id - 2]}:${ports[2 * id - 1]}` });
  const settings = {
    initLimit: '10',
    syncLimit: '5',
    tickTime: '500',
    '4lw.commands.whitelist': '*',
    'readonlymode.enabled': 'true',
    // A server of 3.8 that is read-only takes no other sessions.
    localSessionsEnabled: 'true',
    localSessionsUpgradingEnabled: 'true',
  };
  const lists = { ...line(1), ...line(2), ...line(3) };
  // It is another name of the same place, as a forgotten change of names would be.
  const wrong = { 'server.1': lists['server.1']?.replace('127.0.0.1', 'localhost') ?? '' };
  const java = ['-Dreadonlymode.enabled=true'];
  const servers: TestZookeeper[] = await Promise.all([
    start(t, { ...settings, ...lists }, { id: 1, java }),
    start(t, { ...settings, ...lists }, { id: 2, java }),
    start(t, { ...settings, ...lists, ...wrong }, { id: 3, java }),
  ]);
  const connectString = servers.map((server) => server.connectString).join(',');
  const isSkewed = async () => codes((await health(connectString)).findings).includes('MEMBERS_DIFFER');
  await eventually('the finding', isSkewed, 60_000);
  const { code, findings } = await health(connectString);
  assert.equal(code, 5);
  assert.match(named(findings, 'MEMBERS_DIFFER')?.message ?? '', /1=localhost/);
  for (const server of servers.slice(1)) process.kill(server.pid, 'SIGKILL');
  const isReadOnly = async () => codes((await health(connectString)).findings).includes('READ_ONLY');
  await eventually('the read-only server', isReadOnly, 60_000);
  const alone = servers[0]?.connectString ?? '';
  const reads = async () => (await runKctl(['zk', 'ls', '/', '-z', alone, '--allow-read-only'])).code === 0;
  await eventually('an answer to a reader', reads, 60_000);
  const write = await runKctl(['zk', 'create', '/x', '-z', alone, '--timeout', '3s']);
  assert.equal(write.code, 3, write.stderr);
});

test('a server that accepts and never answers, and one that is not there', async (t) => {
  const silent = await serve(t, () => {});
  const startedAt = performance.now();
  const { code, findings } = await health(
    `127.0.0.1:${silent.port},127.0.0.1:${await freePort()}`,
    '--timeout',
    '3s',
  );
  assert.equal(code, 5);
  assert.ok(performance.now() - startedAt < 10_000);
  assert.ok(named(findings, 'SERVER_SILENT', `127.0.0.1:${silent.port}`));
  assert.ok(named(findings, 'SERVER_DOWN'));
  assert.ok(named(findings, 'QUORUM_LOST'));
});
