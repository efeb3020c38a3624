import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../base/folder.js';
import { makeCertificates } from './certificates.js';
import { formatProperties } from './java-properties.js';
import { clusterFolder } from './paths.js';
import { loginProperties, publicClientProperties, type SecurityFiles } from './security.js';
import { bootstrapServersOf, type LocalState } from './state.js';

/** Where the secrets of a cluster are; the folder is its owner's alone. */
export function securityFiles(name: string): SecurityFiles & { folder: string; passwords: string } {
  const folder = join(clusterFolder(name), 'security');
  return {
    folder,
    passwords: join(folder, 'passwords.json'),
    ca: join(folder, 'ca.pem'),
    broker: join(folder, 'broker.pem'),
    keyOf: (user) => join(folder, `user-${user}.pem`),
    propertiesOf: (user) => join(folder, `user-${user}.properties`),
  };
}

/** The users' passwords; empty for a cluster that has none. */
export function readPasswords(name: string): Map<string, string> {
  const { passwords } = securityFiles(name);
  if (!existsSync(passwords)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(passwords, 'utf8')) as Record<string, string>));
}

/**
 * Makes what a secured cluster needs and does not have yet: passwords, certificates, and a client.properties for
 * each user. Its ports must be known.
 * @param given passwords by user; null for one to be made
 */
export async function prepareSecurity(
  state: LocalState,
  given: ReadonlyMap<string, string | null> = new Map(),
): Promise<void> {
  const { security } = state;
  if (!security) return;
  const files = securityFiles(state.name);
  makeFolder(files.folder);
  chmodSync(files.folder, 0o700);
  const before = readPasswords(state.name);
  const passwords = new Map(
    security.users.map((user) => [user, given.get(user) ?? before.get(user) ?? newPassword()]),
  );
  write(files.passwords, JSON.stringify(Object.fromEntries(passwords)));
  const hasAll = existsSync(files.ca) && security.users.every((user) => existsSync(files.keyOf(user)));
  if (security.protocol.endsWith('SSL') && !hasAll) {
    const { ca, broker, users } = await makeCertificates(security.users);
    for (const [user, pem] of users) write(files.keyOf(user), pem);
    write(files.broker, broker);
    write(files.ca, ca);
  }
  for (const [user, password] of passwords) {
    const text = formatProperties({
      'bootstrap.servers': bootstrapServersOf(state).join(','),
      ...publicClientProperties(security, user, files),
      ...loginProperties(security, user, password),
    });
    write(files.propertiesOf(user), text);
  }
}

/** Long enough for anyone, and of characters that no file and no shell takes for something else. */
function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

function write(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
