import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support/kctl.js';

/** The scripts check each of their steps themselves; beside that a reader must see these. */
const examples: Record<string, RegExp[]> = {
  'walking-skeleton.sh': [
    /^\$ kctl zk stat$/m,
    /^mode: +standalone$/m,
    /^0:0:(barney|lenny) -> Bier bought at '\d{4}-/m,
    /^\d:\d+:barney -> Bier bought at /m,
    /^\d:\d+:lenny -> Bier bought at /m,
    /^\d:\d+:moe -> Bier bought at /m,
    /^0:0:alone -> Bier bought at /m,
    /^zookeeper 1 +stopped/m,
  ],
  'groups.sh': [/^\d:\d+:eve -> dinner \d+$/m, /^(ann|ben|cid|fay) had nothing to do$/m],
  'failover.sh': [/^ +0 +[123] .*under-replicated$/m, /^(\d+) acknowledged, \1 read$/m],
};

for (const [script, shown] of Object.entries(examples)) {
  test(`examples/${script} holds`, async () => {
    const { code, output } = await play(join(root, 'examples', script));
    assert.equal(code, 0, output);
    for (const pattern of shown) assert.match(output, pattern);
  });
}

function play(script: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile('bash', [script], { timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}\n${stderr}` }),
    );
  });
}
