import { ExitCode, KctlError } from '../base/errors.js';
import { type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { type BrokerSummary, listBrokers } from './list.js';
import { askLogDirs } from './log-dirs.js';

export interface BrokerDescription extends BrokerSummary {
  logDirs: Array<{
    path: string;
    replicas: number;
    sizeBytes: bigint;
    totalBytes: bigint | null;
    usableBytes: bigint | null;
  }>;
  /** What was set for it while it ran; null when it could not be read. */
  configs: Record<string, string | null> | null;
}

export type BrokerDescriptionList = ListDocument<BrokerDescription>;

/** Describes brokers; of one that is away what others know of it. @throws exit 4 for one that nobody knows */
export async function describeBrokers(
  cluster: Cluster,
  { brokers }: { brokers: number[] },
): Promise<BrokerDescriptionList> {
  const list = await listBrokers(cluster);
  const unknown = brokers.find((id) => !list.items.some((broker) => broker.id === id));
  if (unknown !== undefined)
    throw new KctlError(`there is no broker ${unknown}`, {
      code: 'BROKER_NOT_AVAILABLE',
      exitCode: ExitCode.notFound,
      hint: 'See: kctl brokers list',
    });
  const chosen = list.items.filter(({ id }) => brokers.length === 0 || brokers.includes(id));
  const alive = chosen.filter(({ state }) => state === 'alive').map(({ id }) => id);
  const resourceOf = (id: number) => ({ type: 'broker' as const, name: String(id) });
  const [logDirs, configs] = await Promise.all([
    askLogDirs(cluster, { brokers: alive }),
    askConfigs(cluster, alive.map(resourceOf)),
  ]);
  const items = chosen.map((broker): BrokerDescription => {
    const own = configs.of(resourceOf(broker.id))?.filter(({ source }) => source === 'broker');
    return {
      ...broker,
      logDirs: logDirs.dirs
        .filter((dir) => dir.broker === broker.id)
        .map(({ path, replicas, totalBytes, usableBytes }) => ({
          path,
          replicas: replicas.length,
          sizeBytes: replicas.reduce((total, { sizeBytes }) => total + sizeBytes, 0n),
          totalBytes,
          usableBytes,
        })),
      configs: own ? Object.fromEntries(own.map(({ name, value }) => [name, value])) : null,
    };
  });
  const errors = [...list.errors, ...logDirs.errors, ...configs.errors.map(({ error }) => error)];
  return listDocument('BrokerDescriptionList', 1, items, errors);
}
