import { itemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { apiName } from '../protocol/api-names.js';
import { releaseOf } from '../protocol/kafka-release.js';
import { apis } from '../protocol/registry.js';

export interface SpokenApi {
  key: number;
  /** Null for one that kctl has not heard of. */
  name: string | null;
  minVersion: number;
  maxVersion: number;
  /** The version that kctl uses with this broker; null where it does not use the API. */
  usedVersion: number | null;
}

export interface BrokerApis {
  broker: number;
  kafkaRelease: string | null;
  apis: SpokenApi[];
}

export type ApiVersionsList = ListDocument<BrokerApis>;

/** What each broker speaks; all that are alive when no ids are given. */
export async function describeApiVersions(
  cluster: Cluster,
  { brokers }: { brokers: number[] },
): Promise<ApiVersionsList> {
  const ids = brokers.length > 0 ? brokers : (await cluster.wire.nodes()).brokers.map(({ id }) => id);
  const ours = new Map(apis.map((api) => [api.key, api.versions]));
  const asked = await Promise.all(
    ids.map(async (broker) => {
      try {
        const { versions } = await cluster.wire.link(broker, 'control');
        const spoken = [...versions].map(([key, { minVersion, maxVersion }]): SpokenApi => {
          const [from, to] = ours.get(key) ?? [0, -1];
          const used = Math.min(to, maxVersion);
          const usedVersion = used >= Math.max(from, minVersion) ? used : null;
          return { key, name: apiName(key), minVersion, maxVersion, usedVersion };
        });
        return { broker, kafkaRelease: releaseOf(versions), apis: spoken.sort((a, b) => a.key - b.key) };
      } catch (error) {
        return itemError(`broker ${broker}`, error);
      }
    }),
  );
  const items = asked.flatMap((answer) => ('broker' in answer ? [answer] : []));
  const errors = asked.flatMap((answer) => ('broker' in answer ? [] : [answer]));
  return listDocument('ApiVersionsList', 1, items, errors);
}
