import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { Deadline } from '../../src/base/deadline.js';
import { KctlError } from '../../src/base/errors.js';
import { compareVersions } from '../../src/cluster/local/versions.js';
import { type FourLetterWord, fourLetterWords } from '../../src/cluster/zookeeper/four-letter.js';
import { takeDetour } from '../../src/zk/detours.js';
import type { ZkQuestion } from '../../src/zk/word.js';
import * as words from '../../src/zk/words.js';
import { startCluster } from '../support/cluster.js';
import { eventually, root, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument, assertErrors, type JsonDocument } from '../support/schemas.js';
import { freePort } from '../support/zookeeper.js';

/** Words by the version that they are there from, as docs/zookeeper.md has them. */
const since = new Map<string, string>();
before(() => {
  const text = readFileSync(join(root, 'docs', 'zookeeper.md'), 'utf8');
  for (const [, word = '', version = ''] of text.matchAll(/^\| ([a-z]{4})\*? \|.*\| (\d[\d.]*) \|$/gm))
    since.set(word, version);
});

interface Server {
  version: string;
  connectString: string;
  adminPort: number | undefined;
}

/** A server that has something to tell: a session with an ephemeral znode and watches, and 140 transactions. */
async function start(t: TestContext, version: string): Promise<Server> {
  const isBundled = version.startsWith('3.8');
  const adminPort = isBundled || version.startsWith('3.4') ? undefined : await freePort();
  const configs = adminPort
    ? ['enableServer=true', `serverPort=${adminPort}`, 'serverAddress=127.0.0.1']
    : [];
  const { zookeeperConnect } = await startCluster([
    '--brokers',
    '0',
    ...(isBundled ? [] : ['--zookeeper-version', version]),
    ...configs.flatMap((each) => ['--zk-config', `admin.${each}`]),
  ]);
  const connectString = zookeeperConnect ?? '';
  const env = { KCTL_ZOOKEEPER: connectString };
  const zk = (...args: string[]) => startKctl(['zk', ...args], { env, timeoutMs: 240_000 });
  const holder = zk('create', '/held', 'me', '--ephemeral');
  await holder.waitFor((text) => text.includes('created'), 'the ephemeral znode');
  const watcher = zk('watch', '/held');
  await watcher.waitFor((text) => text !== '', 'the watch');
  t.after(async () => {
    for (const running of [holder, watcher]) running.process.kill('SIGINT');
    await Promise.all([holder.finished, watcher.finished]);
  });
  const znodes = Array.from({ length: 140 }, (_, index) => ({ path: `/n${index}`, type: 'persistent' }));
  const acl = [{ scheme: 'world', id: 'anyone', permissions: 'cdrwa' }];
  const lines = znodes.map((each) =>
    JSON.stringify({ kind: 'ExportedZnode', version: 1, data: null, acl, ...each }),
  );
  const imported = await runKctl(['zk', 'import', '/'], { env, input: lines.join('\n') });
  assert.equal(imported.code, 0, imported.stderr);
  return { version, connectString, adminPort };
}

function ask({ connectString }: Server, ...args: string[]) {
  return runKctl(['zk', ...args, '-o', 'json'], { env: { KCTL_ZOOKEEPER: connectString } });
}

const argumentsOf: Partial<Record<FourLetterWord, string[]>> = {
  crst: ['--yes'],
  srst: ['--yes'],
  stmk: ['306', '--yes'],
};

/** What each word must have told of what there is. */
const expectations: Partial<Record<FourLetterWord, (document: JsonDocument, server: Server) => void>> = {
  conf: ({ settings }, { connectString }) => assert.ok(connectString.endsWith(`:${settings.clientPort}`)),
  cons: ({ connections }) =>
    assert.equal(connections.filter((each: { sessionId?: string }) => each.sessionId).length, 2),
  dirs: ({ logdirSizeBytes }) => assert.ok(logdirSizeBytes > 0),
  dump: ({ ephemerals, sessions }) => {
    assert.deepEqual(ephemerals[0].paths, ['/held']);
    assert.ok(sessions.some((each: { sessionId: string }) => each.sessionId === ephemerals[0].sessionId));
  },
  envi: ({ environment }, { version }) => assert.ok(environment['zookeeper.version'].startsWith(version)),
  gtmk: ({ traceMask }) => assert.equal(traceMask, 306),
  hash: ({ digests }) => assert.ok(digests.length > 0),
  isro: ({ readOnly }) => assert.equal(readOnly, false),
  mntr: ({ metrics }, { version }) => assert.ok(metrics.zk_version.startsWith(version)),
  ruok: ({ ok }) => assert.equal(ok, true),
  srvr: ({ mode, zookeeperVersion }, { version }) => {
    assert.equal(mode, 'standalone');
    assert.ok(zookeeperVersion.startsWith(version), zookeeperVersion);
  },
  stat: ({ connections, znodeCount }) => {
    assert.ok(connections.length >= 2);
    assert.ok(znodeCount > 140);
  },
  stmk: ({ traceMask }) => assert.equal(traceMask, 306),
  wchc: ({ sessions }) => assert.deepEqual(sessions[0].paths, ['/held']),
  wchp: ({ paths }) => assert.equal(paths[0].path, '/held'),
  wchs: ({ watchCount }) => assert.ok(watchCount >= 1),
};

for (const version of ['3.4.14', '3.5.10', '3.6.4', '3.7.2', '3.8', '3.9.3']) {
  test(`${version}: every word is parsed in full, or its absence is an error that says since when`, async (t) => {
    const server = await start(t, version);
    assert.deepEqual([...since.keys()].toSorted(), [...fourLetterWords].toSorted(), 'the table in the docs');
    for (const word of fourLetterWords) {
      const { code, stderr, stdout } = await ask(server, word, ...(argumentsOf[word] ?? []));
      if (compareVersions(version, since.get(word) ?? '') < 0) {
        const [error] = assertErrors(stderr);
        assert.deepEqual([code, stdout, error.code], [1, '', 'UNKNOWN_COMMAND'], word);
        assert.match(error.hint, new RegExp(`${word} needs (ZooKeeper )?3\\.`));
        continue;
      }
      assert.deepEqual([code, stderr], [0, ''], word);
      const document = assertDocument(stdout);
      // Lines that nobody understood would be warned of.
      assert.deepEqual([document.warnings, document.via], [undefined, undefined], `${word}: ${stdout}`);
      expectations[word]?.(document, server);
    }
    if (server.adminPort) await compareWithAdminServer(server);
    const { code, stderr, stdout } = await ask(server, 'health');
    assert.equal(code, 0, stderr);
    assert.equal(assertDocument(stdout, 'ZookeeperHealth').servers[0].state, 'standalone');
  });
}

/** What words say by themselves, and by the AdminServer in their place, is the same. */
async function compareWithAdminServer(server: Server): Promise<void> {
  const { adminPort, connectString } = server;
  const [host = '', port] = connectString.split(':');
  const refusal = new KctlError('refused', { code: 'NOT_IN_WHITELIST' });
  const withoutCounters = (document: object) =>
    JSON.parse(
      JSON.stringify(document, (name, value) => {
        if (volatile.test(name)) return undefined;
        // Who asks a word is among those who have no session.
        if (name === 'connections') return value.filter((each: JsonDocument) => each.sessionId);
        return typeof value === 'bigint' ? String(value) : value;
      }),
    );
  const { conf, cons, dump, envi, gtmk, hash, wchc, wchp, wchs } = words;
  const compared: ZkQuestion[] = [conf, cons, dump, envi, gtmk, hash, wchc, wchp, wchs];
  for (const word of compared) {
    const { name } = word;
    if (compareVersions(server.version, since.get(name) ?? '') < 0) continue;
    await eventually(`${name} by the AdminServer`, async () => {
      const options = { tls: undefined, deadline: new Deadline(10_000), adminPort };
      const byAdmin = await takeDetour(word, { host, port: Number(port) }, refusal, options);
      const { via, warnings, ...rest } = byAdmin;
      assert.equal(via, 'admin');
      assert.match(warnings?.[0] ?? '', /^refused: this is known by its AdminServer/);
      const direct = withoutCounters(await word.ask(connectString));
      try {
        assert.deepEqual(pruned(withoutCounters(rest), direct), pruned(direct, withoutCounters(rest)));
        return true;
      } catch (error) {
        // Between the two questions a ping may have come; what stays different is told.
        lastDifference = error;
        return false;
      }
    }).catch((error) => {
      throw lastDifference ?? error;
    });
  }
}

let lastDifference: unknown;
const volatile = /packets|latency|lastResponse|lastCxid|lastZxid|expires|memory|timeoutMs|interestOps/i;

/** Only the fields of objects that the other has too: some are told by one way only. */
function pruned(value: JsonDocument, other: JsonDocument): JsonDocument {
  if (Array.isArray(value)) return value.map((each, index) => pruned(each, other?.[index]));
  if (typeof value !== 'object' || value === null) return value;
  const shared = Object.entries(value).filter(
    ([name]) => other && typeof other === 'object' && name in other,
  );
  return Object.fromEntries(shared.map(([name, each]) => [name, pruned(each, other[name])]));
}
