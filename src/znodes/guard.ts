import { KctlError } from '../base/errors.js';
import { joinPath } from '../cluster/zookeeper/paths.js';
import { exists } from '../protocol/zookeeper/operations.js';
import { unlessMissing, type Znodes } from './client.js';

/** What Kafka keeps below its root in ZooKeeper (kafka.zk.ZkData, kafka.security.authorizer). */
export const kafkaNames: ReadonlySet<string> = new Set([
  'admin',
  'brokers',
  'cluster',
  'config',
  'consumers',
  'controller',
  'controller_epoch',
  'delegation_token',
  'feature',
  'isr_change_notification',
  'kafka-acl',
  'kafka-acl-changes',
  'kafka-acl-extended',
  'kafka-acl-extended-changes',
  'latest_producer_id_block',
  'log_dir_event_notification',
  'migration',
]);

export interface KafkaGuard {
  forceKafkaMetadata: boolean;
}

/**
 * Refuses to write into what Kafka keeps for itself: tools that did have corrupted clusters. A Kafka's root is
 * told by its `cluster/id` or `brokers/ids`, wherever it is, also above the chroot of this session.
 * @throws KctlError KAFKA_METADATA
 */
export async function refuseKafkaPaths(znodes: Znodes, paths: string[], guard: KafkaGuard): Promise<void> {
  if (guard.forceKafkaMetadata) return;
  const roots = new Map<string, Promise<boolean>>();
  for (const path of paths) {
    for (const root of possibleRoots(znodes.session.absolute(path))) {
      let isRoot = roots.get(root);
      if (isRoot === undefined) {
        isRoot = isKafkaRoot(znodes, root);
        roots.set(root, isRoot);
      }
      if (await isRoot) throw refusal(path, root);
    }
  }
}

/** Pure: the paths that would be Kafka's root if this one were Kafka's. */
export function possibleRoots(path: string): string[] {
  const parts = path.split('/').slice(1);
  return parts.flatMap((part, index) =>
    kafkaNames.has(part) ? [index === 0 ? '/' : `/${parts.slice(0, index).join('/')}`] : [],
  );
}

async function isKafkaRoot(znodes: Znodes, root: string): Promise<boolean> {
  const signs = ['cluster/id', 'brokers/ids'].map((name) => joinPath(root, name));
  const found = await Promise.all(
    signs.map((path) => znodes.call(exists, { path, watch: false }, path).catch(unlessMissing)),
  );
  return found.some((each) => each !== undefined);
}

function refusal(path: string, root: string): KctlError {
  return new KctlError(`${path} is Kafka's own: the cluster at ${root} keeps its metadata there`, {
    code: 'KAFKA_METADATA',
    hint: "Use Kafka's own tools for it, such as kctl topics; --force-kafka-metadata writes all the same. Nothing was done.",
  });
}
