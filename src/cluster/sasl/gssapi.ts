import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import type { SaslConversation, SaslMechanism } from './mechanism.js';

/** What is used of the `kerberos` package, which is not installed with kctl: it compiles or downloads. */
interface KerberosModule {
  initializeClient(service: string, options: object): Promise<KerberosClient>;
}
interface KerberosClient {
  contextComplete: boolean;
  step(challenge: string): Promise<string>;
  unwrap(challenge: string): Promise<string>;
  wrap(text: string, options: object): Promise<string>;
}

/**
 * RFC 4752 without a security layer, with the tickets of the user's own cache (`kinit`).
 * @throws KctlError `NO_KERBEROS`, exit 2, before anything is connected
 */
export async function gssapi(serviceName: string): Promise<SaslMechanism> {
  const kerberos = await loadKerberos();
  return { name: 'GSSAPI', begin: ({ host }) => converse(kerberos, `${serviceName}@${host}`) };
}

function converse(kerberos: KerberosModule, service: string): SaslConversation {
  let client: KerberosClient | undefined;
  return {
    start: async () => {
      client = await kerberos.initializeClient(service, {});
      return Buffer.from(await client.step(''), 'base64');
    },
    answer: async (challenge) => {
      if (!client) throw new Error('it answers before it is asked');
      const text = challenge.toString('base64');
      if (!client.contextComplete) return Buffer.from((await client.step(text)) ?? '', 'base64');
      if (challenge.length === 0) return undefined;
      const offered = Buffer.from(await client.unwrap(text), 'base64');
      if (offered.length < 4 || ((offered[0] ?? 0) & 1) === 0)
        throw new Error('it insists on a security layer');
      // No security layer, and so no size of its messages.
      return Buffer.from(await client.wrap(Buffer.from([1, 0, 0, 0]).toString('base64'), {}), 'base64');
    },
  };
}

async function loadKerberos(): Promise<KerberosModule> {
  const name = 'kerberos';
  try {
    return (await import(name)) as KerberosModule;
  } catch (error) {
    throw new KctlError('SASL GSSAPI needs the package kerberos, which is not installed with kctl', {
      code: 'NO_KERBEROS',
      exitCode: ExitCode.usage,
      words: messageOf(error).split('\n')[0] ?? '',
      hint: 'It compiles or downloads when it is installed: npm install --global kerberos, beside kctl.',
    });
  }
}
