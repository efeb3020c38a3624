import * as Flags from '@oclif/core/flags';
import type { QuotaEntity } from './entity.js';

/** Flags that name whom a quota is for, as Kafka's own tool does. */
export const entityFlags = {
  user: Flags.string({ description: 'a user, by the name of the principal', helpValue: '<name>' }),
  'user-defaults': Flags.boolean({ description: 'every user without quotas', exclusive: ['user'] }),
  client: Flags.string({ description: 'a client.id', helpValue: '<id>' }),
  'client-defaults': Flags.boolean({ description: 'every client.id without quotas', exclusive: ['client'] }),
  ip: Flags.string({ description: 'an IP address', helpValue: '<address>' }),
  'ip-defaults': Flags.boolean({ description: 'every IP address without quotas', exclusive: ['ip'] }),
};

export function entityOf(flags: {
  user?: string | undefined;
  'user-defaults': boolean;
  client?: string | undefined;
  'client-defaults': boolean;
  ip?: string | undefined;
  'ip-defaults': boolean;
}): QuotaEntity {
  const part = (name: string | undefined, isDefault: boolean) => (isDefault ? null : name);
  const parts = {
    user: part(flags.user, flags['user-defaults']),
    'client-id': part(flags.client, flags['client-defaults']),
    ip: part(flags.ip, flags['ip-defaults']),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, name]) => name !== undefined));
}
