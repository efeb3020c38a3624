import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { SaslConversation, SaslMechanism } from './mechanism.js';

const digests = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;
export type ScramName = keyof typeof digests;

/** Kafka's own limit is 16384 (ScramMechanism); a hostile server must not keep a client at work for minutes. */
const maxIterations = 1_000_000;
const leastIterations = 4096;

/**
 * RFC 5802 and 7677, without channel binding, as Kafka has it (KIP-84).
 * @param tokenAuth the user name is a delegation token's id, and the password its HMAC (KIP-48)
 */
export function scram(name: ScramName, username: string, password: string, tokenAuth = false): SaslMechanism {
  return { name, username, begin: () => converse(digests[name], username, password, tokenAuth) };
}

function converse(digest: string, username: string, password: string, tokenAuth: boolean): SaslConversation {
  const nonce = randomBytes(24).toString('base64');
  const name = username.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const first = `n=${name},r=${nonce}${tokenAuth ? ',tokenauth=true' : ''}`;
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  let serverSignature: Buffer | undefined;

  const prove = async (challenge: string): Promise<Buffer> => {
    const { r = '', s = '', i = '' } = attributes(challenge);
    const iterations = Number(i);
    if (!r.startsWith(nonce) || r.length === nonce.length) throw new Error('its nonce is not built on ours');
    if (!Number.isInteger(iterations) || iterations < leastIterations || iterations > maxIterations)
      throw new Error(`it asks for ${i} iterations`);
    const length = digest === 'sha256' ? 32 : 64;
    const salted = await promisify(pbkdf2)(
      password.normalize('NFKC'),
      Buffer.from(s, 'base64'),
      iterations,
      length,
      digest,
    );
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${r}`;
    const message = `${first},${challenge},${withoutProof}`;
    const signature = hmac(createHash(digest).update(clientKey).digest(), message);
    const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    serverSignature = hmac(hmac(salted, 'Server Key'), message);
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`);
  };

  return {
    start: async () => Buffer.from(`n,,${first}`),
    answer: async (challenge) => {
      const text = challenge.toString('utf8');
      if (serverSignature === undefined) return prove(text);
      const given = Buffer.from(attributes(text).v ?? '', 'base64');
      if (given.length !== serverSignature.length || !timingSafeEqual(given, serverSignature))
        throw new Error('it does not know the password itself');
      return undefined;
    },
  };
}

/** `r=…,s=…,i=…`; what is after the first equals sign may hold more of them. */
function attributes(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
