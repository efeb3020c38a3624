import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { kraftVersion, startCluster } from '../support/cluster.js';
import { root } from '../support/kctl.js';

/**
 * Every command works where nobody comes in without TLS, a certificate, a login and the authorizer's leave: every
 * example of the help of all that talk to a cluster is played there, by an administrator who is named in the
 * environment only.
 */
const modes: Array<[mode: string, options: string[], commands: string]> = [
  ['ZooKeeper', [], '/^kctl/'],
  ['KRaft', ['--kafka', kraftVersion], '/^kctl (?!zk )/'],
];
for (const [mode, options, commands] of modes) {
  test(`every command works with TLS, certificates, SCRAM and ACLs in ${mode} mode`, async () => {
    const { env: _, ...cluster } = await startCluster([
      ...['--brokers', '3', '--security', 'sasl_ssl', '--mechanism', 'SCRAM-SHA-512'],
      ...['--client-auth', 'required', '--authorizer'],
      ...['--config', 'delegation.token.secret.key=only-here', '--user', 'alice', ...options],
    ]);
    const file = join(root, 'test', 'integration', 'help-examples.test.ts');
    const words = [
      '--import',
      'tsx',
      '--test',
      '--test-reporter=tap',
      `--test-name-pattern=${commands}`,
      file,
    ];
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const running = spawn(process.execPath, words, {
      cwd: root,
      env: { ...env, KCTL_TEST_ZOOKEEPER_CLUSTER: JSON.stringify(cluster) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let report = '';
    running.stdout.on('data', (chunk) => {
      report += chunk;
    });
    const [code] = await once(running, 'close');
    const played = Number(/^# pass (\d+)$/m.exec(report)?.[1]);
    assert.equal(
      code,
      0,
      report
        .split('\n')
        .filter((line) => !/^\s*ok /.test(line))
        .join('\n'),
    );
    assert.ok(played > 100, `${played} examples were played`);
  });
}
