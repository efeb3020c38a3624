import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { kctl } from '../support/kctl.js';
import { type OwnBroker, startOwnBroker } from '../support/own-broker.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';

/**
 * Two hosts on one machine: network namespaces with a cable between them, addresses of documentation (RFC 5737,
 * 3849), and host names of their own. Nothing outside of them is touched.
 */
const names = { broker: `kctl-b-${process.pid}`, client: `kctl-c-${process.pid}` };
const brokerHost = '192.0.2.2';
const advertised = 'broker-1.internal:9092';
const why = whyNot();
if (why) console.log(`network namespaces are not tested: ${why}`);

describe('two hosts', { skip: why }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-namespaces-'));
  let broker: OwnBroker;
  before(async () => {
    for (const name of Object.values(names)) ip('netns', 'add', name);
    ip(
      'link',
      'add',
      'cable',
      'netns',
      names.broker,
      'type',
      'veth',
      'peer',
      'name',
      'cable',
      'netns',
      names.client,
    );
    for (const [host, address] of [
      ['broker', `${brokerHost}/24`],
      ['client', '192.0.2.1/24'],
    ] as const) {
      ip('-n', names[host], 'addr', 'add', address, 'dev', 'cable');
      for (const device of ['lo', 'cable']) ip('-n', names[host], 'link', 'set', device, 'up');
    }
    writeFileSync(join(folder, 'resolv.conf'), '');
    writeFileSync(join(folder, 'broker.hosts'), `127.0.0.1 localhost\n${brokerHost} broker-1.internal\n`);
    // The broker's name is the broker's own; another name has an IPv6 address first, at which nobody is.
    const clientHosts = `127.0.0.1 localhost\n2001:db8::2 both.example\n${brokerHost} both.example\n`;
    writeFileSync(join(folder, 'client.hosts'), clientHosts);
    broker = await startOwnBroker({ clients: { at: `${brokerHost}:9092`, advertised } }, {}, [
      'ip',
      'netns',
      'exec',
      names.broker,
    ]);
  });
  after(async () => {
    await broker?.stop();
    for (const name of Object.values(names)) ip('netns', 'del', name);
    rmSync(folder, { recursive: true });
  });

  /** Runs a program on a host, which knows the names that the host knows. */
  function startOn(host: keyof typeof names, words: string[]) {
    const mounts = [
      ['hosts', `${host}.hosts`],
      ['resolv.conf', 'resolv.conf'],
    ].map(([file, own]) => `mount --bind ${join(folder, own ?? '')} $(readlink -f /etc/${file})`);
    const script = `${mounts.join(' && ')} && exec "$@"`;
    return spawn('ip', ['netns', 'exec', names[host], 'sh', '-c', script, 'sh', ...words], {
      env: { ...process.env, KCTL_BOOTSTRAP_SERVERS: '', NO_COLOR: '1' },
    });
  }

  async function kctlOn(host: keyof typeof names, ...words: string[]) {
    const startedAt = performance.now();
    const child = startOn(host, [process.execPath, kctl, ...words]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, stdout, stderr, tookMs: performance.now() - startedAt };
  }

  async function diagnose(...words: string[]): Promise<JsonDocument> {
    const { code, stdout, stderr, tookMs } = await kctlOn('client', 'doctor', '-o', 'json', ...words);
    assert.equal(code, 3, stderr);
    assert.ok(tookMs < 10_000, `it took ${tookMs} ms`);
    const { checks } = assertDocument(stdout, 'DoctorReport');
    const failed = checks.filter(({ outcome }: JsonDocument) => outcome === 'failed');
    assert.equal(failed.length, 1, JSON.stringify(failed));
    return failed[0];
  }

  const there = ['--resolve', `${advertised}:${brokerHost}`];

  test('the broker advertises a name that only its own host knows', async () => {
    const inside = await kctlOn('broker', 'doctor', '-b', `${brokerHost}:9092`);
    assert.equal(inside.code, 0, inside.stderr);
    const { stage, subject, fix } = await diagnose('-b', `${brokerHost}:9092`);
    assert.deepEqual([stage, subject], ['name', `broker 1 ${advertised}`]);
    assert.match(fix, /set its advertised\.listeners .* or use --resolve broker-1\.internal:9092:ADDRESS/);
    const { code, stderr } = await kctlOn('client', 'topics', 'create', 'far', '-b', `${brokerHost}:9092`);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /broker-1\.internal:9092: the host name does not resolve/);
    for (const words of [['doctor'], ['topics', 'create', 'near']]) {
      const resolved = await kctlOn('client', ...words, '-b', `${brokerHost}:9092`, ...there);
      assert.equal(resolved.code, 0, resolved.stderr);
    }
  });

  test('a name with an IPv6 address first, at which nobody is', async () => {
    for (const [kind, ...words] of [
      ['no route'],
      ['silence', 'addr', 'add', '2001:db8::1/64', 'dev', 'cable', 'nodad'],
    ]) {
      if (words.length > 0) ip('-n', names.client, ...words);
      const at = ['-b', 'both.example:9092', ...there];
      const { code, stdout, stderr, tookMs } = await kctlOn('client', 'doctor', ...at, '-o', 'json');
      assert.equal(code, 0, `${kind}: ${stderr}`);
      assert.ok(tookMs < 10_000, `${kind}: it took ${tookMs} ms`);
      const { warnings } = assertDocument(stdout, 'DoctorReport');
      assert.match(warnings.join(), /reached 192\.0\.2\.2; 2001:db8::2 cannot be reached/, kind);
      const list = await kctlOn('client', 'topics', 'list', ...at);
      assert.equal(list.code, 0, `${kind}: ${list.stderr}`);
    }
  });

  test('a forwarded port, by --resolve', async () => {
    const script = `
      const { connect, createServer } = require('node:net');
      createServer((from) => {
        const to = connect(9092, '${brokerHost}');
        for (const socket of [from, to]) socket.on('error', () => { from.destroy(); to.destroy(); });
        from.pipe(to).pipe(from);
      }).listen(19092, '127.0.0.1', () => console.log('ready'));`;
    const forward = startOn('client', [process.execPath, '-e', script]);
    try {
      await once(forward.stdout, 'data');
      const words = ['-b', advertised, '--resolve', `${advertised}:127.0.0.1:19092`];
      const created = await kctlOn('client', 'topics', 'create', 'forwarded', ...words);
      assert.equal(created.code, 0, created.stderr);
      const examined = await kctlOn('client', 'doctor', '--round-trip', 'forwarded', ...words);
      assert.equal(examined.code, 0, examined.stderr);
    } finally {
      forward.kill('SIGKILL');
    }
  });

  test('a firewall that drops', async () => {
    // What the broker's host would answer goes nowhere.
    ip('-n', names.broker, 'route', 'add', 'blackhole', '192.0.2.1/32');
    const { stage, code, fix } = await diagnose('-b', `${brokerHost}:9092`);
    assert.deepEqual([stage, code], ['connect', 'ETIMEDOUT']);
    assert.match(fix, /firewall/);
    const list = await kctlOn('client', 'topics', 'list', '-b', `${brokerHost}:9092`);
    assert.equal(list.code, 3, list.stderr);
    assert.match(list.stderr, /it does not answer \(timed out\)\n.*firewall/);
    assert.ok(list.tookMs < 10_000, `it took ${list.tookMs} ms`);
  });
});

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Why there are no namespaces here; undefined where there are. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'they are of Linux';
  if (process.getuid?.() !== 0) return 'they need root';
  const { error, stderr, status } = spawnSync('ip', ['netns', 'add', names.client], { encoding: 'utf8' });
  if (error) return 'there is no ip (iproute2)';
  if (status !== 0) return stderr.trim();
  ip('netns', 'del', names.client);
  return undefined;
}
