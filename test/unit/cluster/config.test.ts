import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatAddress } from '../../../src/base/address.js';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { resolveCluster, resolveZookeeper } from '../../../src/cluster/config.js';
import { identify } from '../../../src/cluster/local/identity.js';
import { writeState } from '../../../src/cluster/local/state.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-config-'));
const stateBefore = process.env.KCTL_STATE_DIR;
before(() => {
  process.env.KCTL_STATE_DIR = join(folder, 'state');
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
  if (stateBefore === undefined) delete process.env.KCTL_STATE_DIR;
  else process.env.KCTL_STATE_DIR = stateBefore;
});

const credentials = `security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=x.PlainLoginModule required username="alice" password="secret";
`;
let count = 0;
function file(text: string): string {
  const path = join(folder, `${++count}.properties`);
  writeFileSync(path, text);
  return path;
}

/** Records this very process as the broker of a running local cluster. */
function recordLocal(): void {
  const process_ = identify(process.pid);
  assert.ok(process_);
  const server = { portAuto: true, otherPorts: {}, process: process_ };
  writeState({
    version: 2,
    name: 'default',
    mode: 'zookeeper',
    kafkaVersion: '3.9.2',
    zookeeperVersion: null,
    phase: 'running',
    dataDir: join(folder, 'data'),
    ephemeral: true,
    owner: null,
    security: null,
    kafkaHome: null,
    heap: '512m',
    configs: {},
    zookeeperConfigs: {},
    logDirs: 1,
    clusterId: null,
    servers: [
      { role: 'zookeeper', id: 1, port: 2999, ...server },
      { role: 'broker', id: 1, port: 9999, ...server },
    ],
  });
}

interface Expected {
  address: string;
  origin: RegExp;
  user?: string | undefined;
}

interface Given {
  flag?: string;
  env?: string;
  flagFile?: string;
  envFile?: string;
}

async function resolve(given: Given): Promise<Expected> {
  const { bootstrapServers, security } = await resolveCluster(
    {
      'bootstrap-server': given.flag,
      'command-config': given.flagFile === undefined ? undefined : file(given.flagFile),
    },
    {
      ...(given.env === undefined ? {} : { KCTL_BOOTSTRAP_SERVERS: given.env }),
      ...(given.envFile === undefined ? {} : { KCTL_COMMAND_CONFIG: file(given.envFile) }),
    },
  );
  return {
    address: bootstrapServers.value.map(formatAddress).join(','),
    origin: new RegExp(bootstrapServers.origin),
    user: security.value.sasl?.username,
  };
}

/** Before a local cluster runs, and while one does. */
for (const local of [false, true]) {
  const where = local ? 'with a local cluster' : 'without a local cluster';
  test(where, async (t) => {
    if (local) recordLocal();
    const matrix: Array<[what: string, given: Given, address: string, origin: RegExp, user?: string]> = [
      ['a flag alone', { flag: 'a:1' }, 'a:1', /^--bootstrap-server$/],
      ['the environment alone', { env: 'b:2' }, 'b:2', /^KCTL_BOOTSTRAP_SERVERS$/],
      ['a flag before the environment', { flag: 'a:1', env: 'b:2' }, 'a:1', /^--bootstrap-server$/],
      ['a file of a flag', { flagFile: 'bootstrap.servers=c' }, 'c:9092', /\(--command-config\)$/],
      [
        'a file of a flag before the environment',
        { flagFile: `bootstrap.servers=c:3\n${credentials}`, env: 'b:2' },
        'c:3',
        /\(--command-config\)$/,
        'alice',
      ],
      [
        'a flag before the file of a flag, with its credentials',
        { flag: 'a:1', flagFile: `bootstrap.servers=c:3\n${credentials}` },
        'a:1',
        /^--bootstrap-server$/,
        'alice',
      ],
      [
        'the environment before its own file, with its credentials',
        { env: 'b:2', envFile: `bootstrap.servers=d:4\n${credentials}` },
        'b:2',
        /^KCTL_BOOTSTRAP_SERVERS$/,
        'alice',
      ],
      [
        'a file of the environment',
        { envFile: `bootstrap.servers=d:4\n${credentials}` },
        'd:4',
        /\(KCTL_COMMAND_CONFIG\)$/,
        'alice',
      ],
      [
        "a flag's address never gets the environment's credentials",
        { flag: 'a:1', envFile: `bootstrap.servers=d:4\n${credentials}` },
        'a:1',
        /^--bootstrap-server$/,
      ],
      [
        "a flag's file replaces the environment's",
        { flagFile: 'bootstrap.servers=c:3', envFile: `bootstrap.servers=d:4\n${credentials}` },
        'c:3',
        /\(--command-config\)$/,
      ],
    ];
    for (const [what, given, address, origin, user] of matrix) {
      await t.test(what, async () => {
        const found = await resolve(given);
        assert.deepEqual([found.address, found.user], [address, user]);
        assert.match(found.origin.source.replaceAll('\\', ''), origin);
      });
    }
    const refused: Array<[what: string, given: Given]> = [
      [
        "a flag's credentials are not sent to an address of the environment",
        { flagFile: credentials, env: 'b:2' },
      ],
      ['an empty flag does not fall through to another cluster', { flag: '', env: 'b:2' }],
      ['an empty address in the file neither', { flagFile: 'bootstrap.servers=', env: 'b:2' }],
    ];
    for (const [what, given] of refused) {
      await t.test(what, () => assert.rejects(resolve(given), isUsageError));
    }
    await t.test('credentials of any file are not sent to the local cluster', async () => {
      if (!local) return assert.rejects(resolve({ envFile: credentials }), isUsageError);
      const found = await resolve({ envFile: credentials });
      assert.deepEqual([found.address, found.user], ['127.0.0.1:9999', undefined]);
      await assert.rejects(resolve({ flagFile: credentials }), isUsageError);
    });
    await t.test('nothing given', async () => {
      if (!local) return assert.rejects(resolve({ env: '' }), isUsageError);
      assert.equal((await resolve({ env: '' })).address, '127.0.0.1:9999');
    });
    await t.test('ZooKeeper', async () => {
      const env = { KCTL_ZOOKEEPER: 'z:2' };
      assert.equal((await resolveZookeeper({ zookeeper: 'z:1' }, env)).value, 'z:1');
      assert.equal((await resolveZookeeper({}, env)).value, 'z:2');
      if (local) assert.equal((await resolveZookeeper({}, {})).value, '127.0.0.1:2999');
      else await assert.rejects(resolveZookeeper({}, {}), isUsageError);
    });
  });
}

test('client id and timeout: flag, then file, then default, each with its origin', async () => {
  const text = 'client.id=from-file\ndefault.api.timeout.ms=5000';
  const flags = { 'bootstrap-server': 'a:1', 'command-config': file(text) };
  const byFile = await resolveCluster(flags, {});
  assert.deepEqual([byFile.clientId.value, byFile.timeoutMs.value], ['from-file', 5000]);
  assert.match(byFile.timeoutMs.origin, /\.properties \(--command-config\)$/);
  const byFlag = await resolveCluster({ ...flags, 'client-id': 'me', timeout: 1 }, {});
  assert.deepEqual(
    [byFlag.clientId, byFlag.timeoutMs],
    [
      { value: 'me', origin: '--client-id' },
      { value: 1, origin: '--timeout' },
    ],
  );
  const byDefault = await resolveCluster({ 'bootstrap-server': 'a:1' }, {});
  assert.deepEqual(
    [byDefault.clientId, byDefault.timeoutMs],
    [
      { value: 'kctl', origin: 'default' },
      { value: 10_000, origin: 'default' },
    ],
  );
});

test('a file that cannot be read is a usage error that names it', async () => {
  await assert.rejects(
    resolveCluster({ 'command-config': join(folder, 'nope') }, {}),
    (error) => isUsageError(error) && /nope/.test((error as Error).message),
  );
});

function isUsageError(error: unknown): boolean {
  return error instanceof KctlError && error.exitCode === ExitCode.usage;
}
