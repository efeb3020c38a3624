import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { KctlError } from '../../../../src/base/errors.js';
import { scram } from '../../../../src/cluster/sasl/scram.js';
import { explainToken, fetchToken } from '../../../../src/cluster/sasl/token.js';
import { readOauth } from '../../../../src/cluster/settings/oauth.js';

const broker = { host: 'x', port: 1 };
const canary = 'CANARY-1b2c';

/** The server's half of RFC 5802, for one user. */
function server(digest: 'sha256' | 'sha512', password: string, iterations = 4096) {
  const salt = Buffer.from('salt-of-the-server');
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  let firstBare = '';
  let challenge = '';
  return {
    challenge(first: string): string {
      firstBare = first.slice('n,,'.length);
      challenge = `r=${/r=([^,]+)/.exec(firstBare)?.[1]}SERVER,s=${salt.toString('base64')},i=${iterations}`;
      return challenge;
    },
    /** The server's signature, once the proof holds. */
    check(final: string): string | undefined {
      const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(final) ?? [];
      const salted = pbkdf2Sync(password, salt, iterations, digest === 'sha256' ? 32 : 64, digest);
      const message = `${firstBare},${challenge},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(createHash(digest).update(clientKey).digest(), message);
      const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
      if (expected.toString('base64') !== proof) return undefined;
      return `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`;
    },
  };
}

for (const [name, digest] of [
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-512', 'sha512'],
] as const) {
  test(`${name} proves the password, and has the server prove that it knows it`, async () => {
    const peer = server(digest, 'pa,ss=word');
    const conversation = scram(name, 'al,i=ce', 'pa,ss=word').begin(broker);
    const first = String(await conversation.start());
    assert.match(first, /^n,,n=al=2Ci=3Dce,r=[^,]{20,}$/);
    const final = await conversation.answer(Buffer.from(peer.challenge(first)));
    const signature = peer.check(String(final));
    assert.ok(signature);
    assert.equal(await conversation.answer(Buffer.from(signature)), undefined);
  });
}

test('a server that does not know the password, or is hostile, is not believed', async () => {
  const challenges: Array<(first: string) => string> = [
    () => 'r=other,s=c2FsdA==,i=4096',
    (first) => `r=${/r=([^,]+)/.exec(first)?.[1]},s=c2FsdA==,i=4096`,
    (first) => `r=${/r=([^,]+)/.exec(first)?.[1]}x,s=c2FsdA==,i=1`,
    (first) => `r=${/r=([^,]+)/.exec(first)?.[1]}x,s=c2FsdA==,i=4000000000`,
    () => '\0\0',
    () => '',
  ];
  for (const challenge of challenges) {
    const conversation = scram('SCRAM-SHA-256', 'u', canary).begin(broker);
    const first = String(await conversation.start());
    await assert.rejects(conversation.answer(Buffer.from(challenge(first))));
  }
  const conversation = scram('SCRAM-SHA-256', 'u', 'p').begin(broker);
  await conversation.answer(Buffer.from(server('sha256', 'p').challenge(String(await conversation.start()))));
  await assert.rejects(conversation.answer(Buffer.from('v=AAAA')), /does not know the password/);
});

test('a delegation token says that it is one', async () => {
  const first = String(await scram('SCRAM-SHA-256', 'id', 'hmac', true).begin(broker).start());
  assert.match(first, /,tokenauth=true$/);
});

test('a token comes from an endpoint, by the client’s credentials', async (t) => {
  const asked: string[] = [];
  const endpoint = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`);
      const right =
        request.headers.authorization === `Basic ${Buffer.from(`me:${canary}`).toString('base64')}`;
      response.statusCode = right ? 200 : 401;
      response.end(
        JSON.stringify(
          right ? { access_token: 'a.b.c' } : { error: 'invalid_client', error_description: 'who?' },
        ),
      );
    });
  }).listen(0, '127.0.0.1');
  t.after(() => endpoint.close());
  await once(endpoint, 'listening');
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`;
  const token = await fetchToken({ endpoint: url, clientId: 'me', clientSecret: canary, scope: 'kafka' });
  assert.equal(token.text, 'a.b.c');
  assert.match(asked[0] ?? '', /grant_type=client_credentials&scope=kafka$/);
  await assert.rejects(fetchToken({ endpoint: url, clientId: 'you', clientSecret: canary }), (error) => {
    assert.ok(error instanceof KctlError);
    assert.match(error.words ?? '', /401 invalid_client: who\?/);
    assert.ok(!`${error.message}${error.words}${error.hint}`.includes(canary));
    return error.exitCode === 3;
  });
});

test('a token comes from a file, and must be one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-token-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'token');
  writeFileSync(path, 'x.y.z\n');
  const endpoint = pathToFileURL(path).href;
  const properties = { 'sasl.oauthbearer.token.endpoint.url': endpoint };
  const said = () => readOauth(properties, { extension_team: 'a' }).begin(broker).start();
  assert.equal(String(await said()), 'n,,\x01auth=Bearer x.y.z\x01team=a\x01\x01');
  writeFileSync(path, 'x\x01auth=Bearer other');
  await assert.rejects(said(), /no token from/);
});

test('a token that is refused is explained by its times and the clocks', () => {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const token = (claims: object) =>
    `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${canary}`;
  const explain = (claims: object, issuerAheadMs?: number) =>
    explainToken({ text: token(claims), issuerAheadMs });
  assert.equal(explain({ exp: nowSeconds - 5 })?.code, 'TOKEN_EXPIRED');
  for (const claims of [{ iat: nowSeconds + 600 }, { nbf: nowSeconds + 600, exp: nowSeconds + 1000 }]) {
    const { code, hint = '' } = explain(claims) ?? {};
    assert.equal(code, 'CLOCK_SKEW');
    assert.match(hint, /(599|600) s ahead of the one here/);
  }
  assert.match(explain({ exp: nowSeconds + 60 }, -90_000)?.hint ?? '', /90 s behind the one here/);
  const held = explain({ iat: nowSeconds - 9, exp: nowSeconds + 60 }, 900);
  assert.equal(held?.code, undefined);
  assert.match(held?.hint ?? '', /holds until .* audience/);
  for (const text of ['', 'opaque', 'a.%%%.c', token({ exp: 'soon' })])
    assert.equal(explainToken({ text }), undefined);
});
