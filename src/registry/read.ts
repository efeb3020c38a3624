import { listDocument } from '../base/result.js';
import { joinPath } from '../cluster/zookeeper/paths.js';
import { unlessMissing, type Znodes } from '../znodes/client.js';
import { mapBounded } from '../znodes/walk.js';
import {
  type JsonObject,
  namesBelow,
  numberOf,
  numbersOf,
  objectOf,
  readChildren,
  readJson,
  textOf,
  textsOf,
} from './json.js';
import type {
  RegisteredAcl,
  RegisteredAclList,
  RegisteredBrokerList,
  RegisteredConfig,
  RegisteredConfigList,
  RegisteredController,
  RegisteredElection,
  RegisteredFeatures,
  RegisteredPartition,
  RegisteredTopicList,
  RegisteredUserList,
} from './types.js';

export async function readBrokers(znodes: Znodes): Promise<RegisteredBrokerList> {
  const brokers = await readChildren(znodes, '/brokers/ids', (name, value, stat) => ({
    id: Number(name),
    endpoints: textsOf(value.endpoints),
    rack: textOf(value.rack),
    registeredAt: numberOf(value.timestamp),
    sessionId: stat.ephemeralOwner ?? null,
  }));
  return listDocument(
    'RegisteredBrokerList',
    1,
    brokers.sort((a, b) => a.id - b.id),
  );
}

export async function readController(znodes: Znodes): Promise<RegisteredController> {
  const [controller, controllerEpoch] = await Promise.all([
    readJson(znodes, '/controller'),
    readEpoch(znodes),
  ]);
  return {
    kind: 'RegisteredController',
    version: 1,
    brokerId: numberOf(controller?.value.brokerid),
    controllerEpoch,
    electedAt: numberOf(controller?.value.timestamp),
    sessionId: controller?.stat.ephemeralOwner ?? null,
    kraftControllerEpoch: numberOf(controller?.value.kraftControllerEpoch),
  };
}

async function readEpoch(znodes: Znodes): Promise<number | null> {
  const found = await znodes.get('/controller_epoch').catch(unlessMissing);
  return numberOf(found?.data?.toString());
}

/** Topics with the state of their partitions, which the controller writes. */
export async function readTopics(znodes: Znodes): Promise<RegisteredTopicList> {
  const topics = await readChildren(znodes, '/brokers/topics', async (name, value) => ({
    name,
    topicId: textOf(value.topic_id),
    partitions: await readPartitions(znodes, name, objectOf(value.partitions)),
    addingReplicas: Object.values(objectOf(value.adding_replicas)).flatMap(numbersOf).length,
    removingReplicas: Object.values(objectOf(value.removing_replicas)).flatMap(numbersOf).length,
  }));
  return listDocument('RegisteredTopicList', 1, topics);
}

async function readPartitions(
  znodes: Znodes,
  topic: string,
  assignment: JsonObject,
): Promise<RegisteredPartition[]> {
  const ids = Object.keys(assignment)
    .map(Number)
    .sort((a, b) => a - b);
  return mapBounded(ids, async (partition) => {
    const state = await readJson(znodes, `/brokers/topics/${topic}/partitions/${partition}/state`);
    return {
      partition,
      replicas: numbersOf(assignment[partition]),
      leader: numberOf(state?.value.leader),
      leaderEpoch: numberOf(state?.value.leader_epoch),
      isr: numbersOf(state?.value.isr),
    };
  });
}

/** What is set by entity. Secrets (passwords, SCRAM) are null. */
export async function readConfigs(znodes: Znodes): Promise<RegisteredConfigList> {
  const types = (await namesBelow(znodes, '/config')).filter((name) => name !== 'changes');
  const items: RegisteredConfig[] = [];
  for (const entityType of types) {
    const path = `/config/${entityType}`;
    items.push(
      ...(await readChildren(znodes, path, (name, value) => configOf(entityType, decodeName(name), value))),
    );
    for (const user of entityType === 'users' ? await namesBelow(znodes, path) : []) {
      const clients = joinPath(joinPath(path, user), 'clients');
      const type = `users/${decodeName(user)}/clients`;
      items.push(
        ...(await readChildren(znodes, clients, (name, value) => configOf(type, decodeName(name), value))),
      );
    }
  }
  return listDocument(
    'RegisteredConfigList',
    1,
    items.filter(({ configs }) => Object.keys(configs).length > 0),
  );
}

const secretName = /password|secret|jaas|^SCRAM-|ssl\.keystore\.key/i;

function configOf(entityType: string, entity: string, value: JsonObject): RegisteredConfig {
  const configs = Object.entries(objectOf(value.config))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, secretName.test(name) ? null : String(each)]);
  return { entityType, entity, configs: Object.fromEntries(configs) };
}

/** Names of users and clients are written URL-encoded (org.apache.kafka.common.utils.Sanitizer). */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** SCRAM credentials: that they are there, never what they are. */
export async function readUsers(znodes: Znodes): Promise<RegisteredUserList> {
  const users = await readChildren(znodes, '/config/users', (name, value) => ({
    user: decodeName(name),
    mechanisms: Object.entries(objectOf(value.config))
      .filter(([key]) => key.startsWith('SCRAM-'))
      .map(([mechanism, text]) => ({
        mechanism,
        iterations: numberOf(/(?:^|,)iterations=(\d{1,9})(?:,|$)/.exec(String(text))?.[1]),
      })),
  }));
  return listDocument(
    'RegisteredUserList',
    1,
    users.filter(({ mechanisms }) => mechanisms.length > 0),
  );
}

/** Literal patterns stand below /kafka-acl, others below /kafka-acl-extended/<pattern type>. */
export async function readAcls(znodes: Znodes): Promise<RegisteredAclList> {
  const stores = [['/kafka-acl', 'LITERAL']];
  for (const name of await namesBelow(znodes, '/kafka-acl-extended')) {
    stores.push([`/kafka-acl-extended/${name}`, name.toUpperCase()]);
  }
  const items: RegisteredAcl[] = [];
  for (const [store = '', patternType = ''] of stores) {
    for (const resourceType of await namesBelow(znodes, store)) {
      const lists = await readChildren(znodes, joinPath(store, resourceType), (resource, value) =>
        (Array.isArray(value.acls) ? value.acls : []).map(objectOf).map(
          (acl): RegisteredAcl => ({
            resourceType,
            patternType,
            resource,
            principal: textOf(acl.principal) ?? '',
            host: textOf(acl.host) ?? '',
            operation: textOf(acl.operation) ?? '',
            permissionType: textOf(acl.permissionType) ?? '',
          }),
        ),
      );
      items.push(...lists.flat());
    }
  }
  return listDocument('RegisteredAclList', 1, items);
}

export async function readFeatures(znodes: Znodes): Promise<RegisteredFeatures> {
  const found = await readJson(znodes, '/feature');
  const features = Object.entries(objectOf(found?.value.features)).map(([name, value]) => {
    const level = typeof value === 'object' ? objectOf(value).max_version_level : value;
    return [name, numberOf(level) ?? 0];
  });
  const statuses = ['disabled', 'enabled'];
  const status = numberOf(found?.value.status);
  return {
    kind: 'RegisteredFeatures',
    version: 1,
    status: status === null ? null : (statuses[status] ?? String(status)),
    features: Object.fromEntries(features),
  };
}

/** What the controller has yet to do, by what lies in /admin and /migration. */
export async function readElection(znodes: Znodes): Promise<RegisteredElection> {
  const [controller, preferred, reassignment, topicDeletions, migration] = await Promise.all([
    readController(znodes),
    readJson(znodes, '/admin/preferred_replica_election'),
    readJson(znodes, '/admin/reassign_partitions'),
    namesBelow(znodes, '/admin/delete_topics'),
    readJson(znodes, '/migration'),
  ]);
  return {
    kind: 'RegisteredElection',
    version: 1,
    controllerEpoch: controller.controllerEpoch,
    controllerId: controller.brokerId,
    preferredLeaderElections: partitionsOf(preferred?.value),
    reassignments: partitionsOf(reassignment?.value),
    topicDeletions,
    migration: migration?.value ?? null,
  };
}

function partitionsOf(value: JsonObject | undefined): string[] {
  const partitions = Array.isArray(value?.partitions) ? value.partitions : [];
  return partitions.map(objectOf).map(({ partition, topic }) => `${String(topic)}-${String(partition)}`);
}
