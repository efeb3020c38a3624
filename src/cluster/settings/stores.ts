import { messageOf } from '../../base/errors.js';
import { configError } from './config-error.js';
import { readLocation } from './pem.js';

/** What a key or trust store holds, as PEM. */
export interface StoreContents {
  /** All certificates that are trusted, one after another. */
  trusted?: string;
  key?: string;
  /** The certificate of the key, with its chain. */
  chain?: string;
}

/**
 * Reads a Java key or trust store: PEM (KIP-651), JKS or PKCS#12. As in Java, what a store of the last two kinds
 * is shows in its first bytes, whatever its type says.
 * @param setting `ssl.keystore` or `ssl.truststore`, for messages
 * @throws KctlError `CONFIG` that names the setting, never a secret
 */
export async function readStore(
  setting: string,
  location: string,
  options: { type?: string | undefined; password?: string | undefined; keyPassword?: string | undefined },
): Promise<StoreContents> {
  const bytes = readLocation(setting, location);
  if (options.type?.toUpperCase() === 'PEM') {
    // One file holds the private key and the certificates; OpenSSL takes from it what it needs.
    const text = bytes.toString('utf8');
    return { trusted: text, key: text, chain: text };
  }
  if (options.password === undefined) {
    throw configError(
      `${setting}.password is missing`,
      `A store of type ${options.type ?? 'JKS'} has one. For PEM write ${setting}.type=PEM.`,
    );
  }
  const { default: jks } = await import('jks-js');
  try {
    const entries = Object.values(jks.toPem(bytes, options.password, options.keyPassword));
    const trusted = entries.flatMap(({ ca }) => ca ?? []).join('\n');
    const own = entries.find(({ key }) => key !== undefined);
    return {
      ...(trusted ? { trusted } : {}),
      ...(own?.key ? { key: own.key } : {}),
      ...(own?.cert ? { chain: own.cert } : {}),
    };
  } catch (error) {
    throw configError(
      `${setting}.location cannot be opened: ${messageOf(error)}`,
      `Is the password right, and is it a store of type JKS, PKCS12 or PEM (${setting}.type)?`,
    );
  }
}
