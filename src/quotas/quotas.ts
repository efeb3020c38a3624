import { KctlError, usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';
import { parseBytes } from '../base/parse.js';
import { type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { alterClientQuotas } from '../protocol/messages/alter-client-quotas.js';
import { describeClientQuotas } from '../protocol/messages/describe-client-quotas.js';
import {
  compareEntities,
  describeEntity,
  type EntityType,
  entityTypes,
  keysOf,
  type QuotaEntity,
} from './entity.js';

export interface Quota {
  entity: QuotaEntity;
  /** Bytes, requests' share of time in percent, or partitions changed, each a second and a broker. */
  quotas: Record<string, number>;
}

export type QuotaList = ListDocument<Quota>;

/** Lists quotas; with an entity those of just it, else all. */
export async function listQuotas(cluster: Cluster, { entity }: { entity?: QuotaEntity }): Promise<QuotaList> {
  const components = entityTypes.flatMap((entityType) => {
    const match = entity?.[entityType];
    return match === undefined ? [] : [{ entityType, matchType: match === null ? 1 : 0, match }];
  });
  const answer = await cluster.wire.request(describeClientQuotas, {
    components,
    strict: entity !== undefined,
  });
  if (answer.errorCode !== 0) {
    const { name, message } = errorOf(answer.errorCode);
    throw new KctlError('the quotas cannot be listed', { code: name, words: answer.errorMessage ?? message });
  }
  const items = (answer.entries ?? []).map(({ entity, values }): Quota => {
    const parts = entity.map(({ entityType, entityName }) => [entityType as EntityType, entityName]);
    return {
      entity: Object.fromEntries(parts),
      quotas: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    };
  });
  return listDocument(
    'QuotaList',
    1,
    items.sort((a, b) => compareEntities(a.entity, b.entity)),
  );
}

export interface QuotaChange {
  entity: QuotaEntity;
  key: string;
  /** Null: there was none, or is none now. */
  before: number | null;
  after: number | null;
  /** `valid` is the result of a dry run. */
  result: 'changed' | 'valid';
}

export interface QuotaChangeList extends ListDocument<QuotaChange> {
  dryRun: boolean;
  validatedBy?: 'broker';
}

export interface AlterQuotasOptions {
  entity: QuotaEntity;
  /** Null takes a quota away. */
  changes: Array<[key: string, value: number | null]>;
  dryRun: boolean;
}

/** Sets quotas of one entity or takes them away, all together; others stay. */
export async function alterQuotas(
  cluster: Cluster,
  { entity, changes, dryRun }: AlterQuotasOptions,
): Promise<QuotaChangeList> {
  for (const [key] of changes) checkKey(key, entity);
  const before = (await listQuotas(cluster, { entity })).items[0]?.quotas ?? {};
  const wireEntity = entityTypes.flatMap((entityType) => {
    const entityName = entity[entityType];
    return entityName === undefined ? [] : [{ entityType, entityName }];
  });
  const ops = changes.map(([key, value]) => ({ key, value: value ?? 0, remove: value === null }));
  const body = { entries: [{ entity: wireEntity, ops }], validateOnly: dryRun };
  const { entries } = await cluster.wire.request(alterClientQuotas, body, 'controller');
  const failed = entries.find(({ errorCode }) => errorCode !== 0);
  if (failed) {
    const { name, message } = errorOf(failed.errorCode);
    const what = `the quotas of ${describeEntity(entity)} were not changed`;
    throw new KctlError(what, { code: name, words: failed.errorMessage ?? message });
  }
  const items = changes.map(([key, after]): QuotaChange => {
    return { entity, key, before: before[key] ?? null, after, result: dryRun ? 'valid' : 'changed' };
  });
  const list = listDocument('QuotaChangeList', 1, items);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'broker' as const } : {}) };
}

function checkKey(key: string, entity: QuotaEntity): void {
  const known = keysOf(entity);
  if (known.includes(key)) return;
  const near = nearestNames(key, known);
  throw usageError(
    `there is no quota ${key} for ${describeEntity(entity)}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known are ${known.join(', ')}.`,
  );
}

/** Parses `producer_byte_rate=1MB`: a number, of byte rates with a unit too. */
export function parseQuota(text: string): [key: string, value: number] {
  const [, key, value] = /^([a-z_]+)=(.+)$/.exec(text) ?? [];
  if (!key || !value)
    throw usageError(`"${text}" is not quota=value`, 'Write for example producer_byte_rate=1MB.');
  if (key.endsWith('_byte_rate')) return [key, parseBytes(value)];
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return [key, number];
  throw usageError(`"${value}" is not a number above 0`, 'Write for example request_percentage=50.');
}
