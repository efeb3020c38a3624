import { randomBytes, webcrypto } from 'node:crypto';

/** A private key and its certificate, in one PEM file as Kafka reads it (KIP-651). */
export type KeyAndCertificate = string;

export interface Certificates {
  /** The certificate of the authority that signed the others; its key is not kept. */
  ca: string;
  /** Of the brokers, for 127.0.0.1 and localhost. */
  broker: KeyAndCertificate;
  /** Of each user: the common name is the user's. */
  users: Map<string, KeyAndCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validMs = 3650 * 86_400_000;

/** Makes an authority of its own for one cluster, and what it signs. */
export async function makeCertificates(users: string[]): Promise<Certificates> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const common = () => ({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    // A clock that is put back a little must not make it one of the future.
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + validMs),
    signingAlgorithm: algorithm,
  });
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(),
    name: [{ CN: ['kctl local authority'] }],
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const sign = async (name: string): Promise<KeyAndCertificate> => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...common(),
      subject: [{ CN: [name] }],
      issuer: ca.subjectName,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
        ]),
      ],
    });
    const key = x509.PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
      'PRIVATE KEY',
    );
    return `${key}\n${certificate.toString('pem')}\n`;
  };
  const signed = await Promise.all(users.map(async (user) => [user, await sign(user)] as const));
  return { ca: `${ca.toString('pem')}\n`, broker: await sign('broker'), users: new Map(signed) };
}
