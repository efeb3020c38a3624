import { usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';

/** What quotas are for (KIP-13, KIP-257, KIP-612), as requests name the parts. */
export const entityTypes = ['user', 'client-id', 'ip'] as const;
export type EntityType = (typeof entityTypes)[number];

/** Parts of an entity by type; null stands for the default: whoever has none of their own. */
export type QuotaEntity = Partial<Record<EntityType, string | null>>;

/** The quotas that Kafka knows for each kind of entity, with the unit of each. */
const knownKeys: Record<string, readonly string[]> = {
  user: ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate'],
  ip: ['connection_creation_rate'],
};

export function keysOf(entity: QuotaEntity): readonly string[] {
  return entity.ip === undefined ? (knownKeys.user ?? []) : (knownKeys.ip ?? []);
}

export function describeEntity(entity: QuotaEntity): string {
  return entityTypes
    .flatMap((type) => {
      const name = entity[type];
      return name === undefined ? [] : [name === null ? `default ${type}` : `${type} ${name}`];
    })
    .join(', ');
}

export function compareEntities(a: QuotaEntity, b: QuotaEntity): number {
  return compareNames(describeEntity(a), describeEntity(b));
}

/** @throws a usage error for what there cannot be a quota for */
export function checkEntity(entity: QuotaEntity): QuotaEntity {
  const types = entityTypes.filter((type) => entity[type] !== undefined);
  if (types.length === 0)
    throw usageError(
      'a quota for whom?',
      'Name --user, --client or --ip, or a default such as --user-defaults.',
    );
  if (entity.ip !== undefined && types.length > 1)
    throw usageError('an IP address has quotas of its own', 'Give --ip without --user and --client.');
  return entity;
}
