import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CODECS } from '../../src/protocol/compression.js';
import { sharedCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';

const recordCount = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'kctl-million-'));
const file = join(folder, 'lines');
/** Says on stderr how many kilobytes of memory the process took at most; not by getrusage, which counts its parent. */
const tellsPeak = `--import=data:text/javascript,${[
  "process.on('exit',()=>console.error('peak',/VmHWM:[^0-9]*([0-9]+)/.exec(",
  "process.getBuiltinModule('fs').readFileSync('/proc/self/status'))[1]))",
].join('')}`;
let expected = '';

before(() => {
  const lines = Array.from(
    { length: recordCount },
    (_, index) => `${index} ${'bier '.repeat(1 + (index % 20))}`,
  );
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  expected = digest(lines);
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const codec of CODECS) {
  test(`${codec}: a million lines come back whole, through kctl and through Kafka's own consumer`, async () => {
    const { env, bootstrapServers } = await sharedCluster();
    const topic = randomName(`million-${codec}`);
    const created = await runKctl(['topics', 'create', topic, '--partitions', '3'], { env });
    assert.equal(created.code, 0, created.stderr);
    const words = ['console-producer', topic, file, '--compression', codec, '-o', 'json'];
    const produced = await runKctl(words, { env, timeoutMs: 120_000 });
    assert.equal(produced.code, 0, produced.stderr);
    assert.equal(JSON.parse(produced.stdout).records, recordCount);

    const reading = ['console-consumer', topic, '--from-beginning', '--exit-at-end'];
    const read = await runKctl(reading, { env: { ...env, NODE_OPTIONS: tellsPeak }, timeoutMs: 120_000 });
    assert.equal(read.code, 0, read.stderr);
    assert.equal(digest(linesOf(read.stdout)), expected);
    const peakKilobytes = Number(/^peak (\d+)$/m.exec(read.stderr)?.[1]);
    assert.ok(peakKilobytes < 150_000, `it took ${peakKilobytes} KB`);

    const server = ['--bootstrap-server', bootstrapServers, '--topic', topic];
    const kafka = await runTool('consoleConsumer', [
      ...server,
      '--from-beginning',
      '--max-messages',
      `${recordCount}`,
    ]);
    assert.equal(digest(linesOf(kafka.stdout.toString())), expected);
    await runKctl(['topics', 'delete', topic, '--yes'], { env });
  });
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** The same for the same lines in any order: partitions are read side by side. */
function digest(lines: string[]): string {
  return createHash('sha256')
    .update([...lines].sort().join('\n'))
    .digest('hex');
}
