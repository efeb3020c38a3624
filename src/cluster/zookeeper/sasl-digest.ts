import { createHash, randomBytes } from 'node:crypto';
import { ExitCode, KctlError } from '../../base/errors.js';

export interface DigestCredentials {
  username: string;
  password: string;
}

/** What ZooKeeper's client calls the service (ZooKeeperSaslClient, ZooKeeperSaslServer's default server name). */
const digestUri = 'zookeeper/zk-sasl-md5';

export interface DigestAnswer {
  response: Buffer;
  /** What the server must say last to show that it knows the password too. */
  expected: string;
}

/**
 * Answers a challenge of SASL DIGEST-MD5 (RFC 2831, section 2.1), which is what ZooKeeper's own login module speaks.
 * @throws KctlError AUTHFAILED when the challenge is not one
 */
export function answerDigestChallenge(
  challenge: Buffer,
  { password, username }: DigestCredentials,
  cnonce = randomBytes(16).toString('hex'),
): DigestAnswer {
  const fields = parseFields(challenge.toString('utf8'));
  const { nonce, realm = '' } = fields;
  if (nonce === undefined || fields.algorithm !== 'md5-sess') {
    throw loginFailed('its challenge is not one of DIGEST-MD5');
  }
  const secret = md5(Buffer.from(`${username}:${realm}:${password}`));
  const a1 = md5(Buffer.concat([secret, Buffer.from(`:${nonce}:${cnonce}`)])).toString('hex');
  const proof = (method: string) => {
    const a2 = md5(Buffer.from(`${method}:${digestUri}`)).toString('hex');
    return md5(Buffer.from(`${a1}:${nonce}:00000001:${cnonce}:auth:${a2}`)).toString('hex');
  };
  const response = [
    'charset=utf-8',
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    'nc=00000001',
    `cnonce=${quote(cnonce)}`,
    `digest-uri=${quote(digestUri)}`,
    'maxbuf=65536',
    `response=${proof('AUTHENTICATE')}`,
    'qop=auth',
  ].join(',');
  return { response: Buffer.from(response), expected: `rspauth=${proof('')}` };
}

export function loginFailed(why: string): KctlError {
  return new KctlError(`the SASL login at ZooKeeper failed: ${why}`, {
    code: 'AUTHFAILED',
    exitCode: ExitCode.unreachable,
    hint: 'Check the user name and the password of sasl.jaas.config.',
  });
}

/** `key=value,key="quoted \"value\""` */
function parseFields(text: string): Record<string, string> {
  const pairs = text.slice(0, 4096).matchAll(/([\w-]{1,32})=(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))/g);
  return Object.fromEntries(
    [...pairs].map(([, key = '', quoted, bare]) => [key, quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '']),
  );
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
