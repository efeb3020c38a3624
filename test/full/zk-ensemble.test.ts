import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument, assertErrors } from '../support/schemas.js';

let ensemble: TestCluster;
before(async () => {
  // Nobody is asked for the rights to change the members.
  const configs = ['reconfigEnabled=true', 'skipACL=yes'].flatMap((each) => ['--zk-config', each]);
  ensemble = await startCluster(['--zookeepers', '3', '--brokers', '0', ...configs]);
});

const all = () => ensemble.zookeeperConnect ?? '';
const zk = (words: string[]) => runKctl(['zk', ...words, '-z', all(), '-o', 'json'], { timeoutMs: 120_000 });

async function document(words: string[], kind: string) {
  const { code, stderr, stdout } = await zk(words);
  assert.equal(code, 0, stderr);
  return assertDocument(stdout, kind);
}

test('a rolling restart is guided through every server, the leader last, with a quorum all the way', async () => {
  const { leader } = await document(['health'], 'ZookeeperHealth');
  const guide = startKctl(['zk', 'rolling-check', '--wait', '-z', all(), '-o', 'json'], {
    timeoutMs: 200_000,
  });
  const steps = () =>
    guide
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => assertDocument(line, 'RollingStep'));
  const named = (step: string) => steps().filter((each) => each.step === step);
  for (let turn = 1; turn <= 3; turn++) {
    await eventually(`server ${turn} to restart`, () => named('next').length === turn, 60_000);
    const { server } = named('next').at(-1);
    if (turn === 3) assert.equal(server, leader);
    const { id } = ensemble.zookeepers.find(({ port }) => server.endsWith(`:${port}`)) ?? {};
    const words = ['local', 'restart', 'zookeeper', String(id), '--name', ensemble.name];
    const restarted = await runKctl(words, { timeoutMs: 120_000 });
    assert.equal(restarted.code, 0, restarted.stderr);
    await eventually(`server ${turn} to be seen`, () => named('restarted').length === turn, 60_000);
  }
  assert.equal((await guide.finished).code, 0);
  assert.equal(steps().at(-1).step, 'done');
  assert.equal(new Set(named('next').map(({ server }) => server)).size, 3);
});

test('the guide is interrupted without a trace', async () => {
  const guide = startKctl(['zk', 'rolling-check', '--wait', '-z', all()]);
  await guide.waitFor((text) => text.includes('restart '), 'a name');
  guide.process.kill('SIGINT');
  assert.equal((await guide.finished).code, 130);
});

test('members are changed by reconfig, from a version, and put back', async () => {
  const before = await document(['config'], 'ZookeeperConfig');
  assert.deepEqual(
    before.members.map(({ id }: { id: number }) => id),
    [1, 2, 3],
  );
  const { leader } = await document(['health'], 'ZookeeperHealth');
  const leaving = ensemble.zookeepers.find(({ port }) => !leader.endsWith(`:${port}`));
  assert.ok(leaving);
  const stale = await zk(['reconfig', '--remove', String(leaving.id), '--from-version', 'ffff', '--yes']);
  assert.equal(assertErrors(stale.stderr)[0].code, 'BADVERSION');
  const asked = await zk(['reconfig', '--remove', String(leaving.id)]);
  assert.equal(asked.code, 2, 'it asks first');
  const removal = [
    'reconfig',
    '--remove',
    String(leaving.id),
    '--from-version',
    before.configVersion,
    '--yes',
  ];
  const without = await document(removal, 'ZookeeperConfig');
  assert.deepEqual(
    without.members.map(({ id }: { id: number }) => id),
    [1, 2, 3].filter((id) => id !== leaving.id),
  );
  const even = await document(['health'], 'ZookeeperHealth');
  assert.equal(even.voters, 2);
  assert.ok(even.findings.some(({ code }: { code: string }) => code === 'EVEN_VOTERS'));
  const { addresses } = before.members.find(({ id }: { id: number }) => id === leaving.id);
  const line = `server.${leaving.id}=${addresses}:participant;127.0.0.1:${leaving.port}`;
  const again = await document(['reconfig', '--add', line, '--yes'], 'ZookeeperConfig');
  assert.equal(again.members.length, 3);
  await eventually('a sound ensemble', async () => {
    const { serving, voters } = assertDocument((await zk(['health'])).stdout, 'ZookeeperHealth');
    return voters === 3 && serving === 3;
  });
  // Of the others the configuration does not say where clients reach them.
  const asWord = await runKctl(['zk', 'srvr', '--all', '-z', leader, '-o', 'json']);
  const found = assertDocument(asWord.stdout, 'ZkSrvrList').items.map(
    ({ server }: { server: string }) => server,
  );
  assert.deepEqual(found, [leader, `127.0.0.1:${leaving.port}`]);
});
