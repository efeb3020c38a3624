import { KctlError, usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { apiVersions, clientSoftware } from '../protocol/messages/api-versions.js';
import { updateFeatures as updateFeaturesApi } from '../protocol/messages/update-features.js';

export interface FeatureLevels {
  name: string;
  /** What the cluster has agreed on; 0 is off. */
  finalizedLevel: number;
  /** What every broker that is alive can do; null when no broker knows it. */
  supportedLevels: [min: number, max: number] | null;
}

export interface FeatureList extends ListDocument<FeatureLevels> {
  /** Of the last change; null where there is none, as with ZooKeeper. */
  epoch: number | null;
}

/** Lists the features of the cluster (KIP-584), with the levels that all brokers can do. */
export async function listFeatures(cluster: Cluster): Promise<FeatureList> {
  const { brokers } = await cluster.wire.nodes();
  const errors: ItemError[] = [];
  const answers = await Promise.all(
    brokers.map(({ id }) => cluster.wire.request(apiVersions, clientSoftware, { broker: id })),
  );
  const newest = answers.reduce((a, b) => (b.finalizedFeaturesEpoch > a.finalizedFeaturesEpoch ? b : a));
  const names = new Set(
    answers.flatMap(({ supportedFeatures, finalizedFeatures }) =>
      [...supportedFeatures, ...finalizedFeatures].map(({ name }) => name),
    ),
  );
  const items = [...names].sort(compareNames).map((name): FeatureLevels => {
    const ranges = answers.map(({ supportedFeatures }) => supportedFeatures.find((f) => f.name === name));
    const common: [number, number] = [
      Math.max(...ranges.map((range) => range?.minVersion ?? 0)),
      Math.min(...ranges.map((range) => range?.maxVersion ?? 0)),
    ];
    const finalized = newest.finalizedFeatures.find((feature) => feature.name === name);
    return {
      name,
      finalizedLevel: finalized?.maxVersionLevel ?? 0,
      supportedLevels: ranges.some(Boolean) ? common : null,
    };
  });
  const epoch = newest.finalizedFeaturesEpoch;
  return { ...listDocument('FeatureList', 1, items, errors), epoch: epoch < 0n ? null : Number(epoch) };
}

export interface FeatureChange {
  name: string;
  before: number;
  after: number;
  /** `valid` is the result of a dry run. */
  result: 'changed' | 'valid';
}

export interface FeatureChangeList extends ListDocument<FeatureChange> {
  dryRun: boolean;
  validatedBy?: 'broker';
}

export interface UpdateFeaturesOptions {
  levels: Array<[name: string, level: number]>;
  /** An unsafe downgrade may lose metadata. */
  direction: 'upgrade' | 'downgrade' | 'unsafe-downgrade';
  dryRun: boolean;
}

const directions = { upgrade: 1, downgrade: 2, 'unsafe-downgrade': 3 } as const;

/** Changes the levels of features, all or none where the controller can (KIP-584, KIP-778). */
export async function updateFeatures(
  cluster: Cluster,
  { levels, direction, dryRun }: UpdateFeaturesOptions,
): Promise<FeatureChangeList> {
  const before = new Map((await listFeatures(cluster)).items.map((item) => [item.name, item.finalizedLevel]));
  const featureUpdates = levels.map(([feature, maxVersionLevel]) => ({ feature, maxVersionLevel }));
  const body = (version: number) => {
    if (version === 0 && dryRun)
      throw new KctlError('this cluster cannot check a change of features without making it', {
        code: 'UNSUPPORTED_VERSION',
        hint: 'It can from Kafka 3.3 on.',
      });
    const timeoutMs = cluster.wire.brokerTimeoutMs();
    return version === 0
      ? {
          timeoutMs,
          featureUpdates: featureUpdates.map((update) => ({
            ...update,
            allowDowngrade: direction !== 'upgrade',
          })),
        }
      : {
          timeoutMs,
          featureUpdates: featureUpdates.map((update) => ({ ...update, upgradeType: directions[direction] })),
          validateOnly: dryRun,
        };
  };
  const answer = await cluster.wire.request(updateFeaturesApi, body, 'controller');
  if (answer.errorCode !== 0) {
    const { name, message } = errorOf(answer.errorCode);
    throw new KctlError('the features were not changed', {
      code: name,
      words: answer.errorMessage ?? message,
    });
  }
  const failed = new Map(
    answer.results
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ feature, errorCode, errorMessage }): [string, ItemError] => {
        const { name: code, message } = errorOf(errorCode);
        return [feature, { subject: `feature ${feature}`, code, message: errorMessage ?? message }];
      }),
  );
  const items = levels
    .filter(([name]) => !failed.has(name))
    .map(([name, after]): FeatureChange => {
      return { name, before: before.get(name) ?? 0, after, result: dryRun ? 'valid' : 'changed' };
    });
  const list = listDocument('FeatureChangeList', 1, items, [...failed.values()]);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'broker' as const } : {}) };
}

/** Parses `metadata.version=25`. */
export function parseFeatureLevel(text: string): [name: string, level: number] {
  const match = /^([\w.-]+)=(\d{1,5})$/.exec(text);
  if (!match?.[1])
    throw usageError(`"${text}" is not feature=level`, 'Write for example metadata.version=25.');
  return [match[1], Number(match[2])];
}
