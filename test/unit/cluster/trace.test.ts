import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeBody } from '../../../src/cluster/trace.js';

test('a trace shows what was asked, and nothing that may be secret', () => {
  const configs = [{ name: 'ssl.keystore.password', configOperation: 0, value: 'CANARY' }];
  const shown = describeBody({
    authBytes: Buffer.from('CANARY'),
    resources: [{ resourceName: 't', configs }],
  });
  assert.equal(
    shown,
    '{authBytes: <6 bytes>, resources: [{resourceName: "t", configs: [{name: "ssl.keystore.password", configOperation: 0, value: <6 characters>}]}]}',
  );
  assert.equal(describeBody({ offset: 5n, rack: null, left: undefined }), '{offset: 5, rack: null}');
});

test('a trace is a line that can be read', () => {
  assert.match(describeBody(Array.from({ length: 1000 }, (_, n) => n)), /19, … 980 more\]$/);
  assert.ok(describeBody(Array.from({ length: 19 }, () => 'x'.repeat(100))).length <= 1001);
});
