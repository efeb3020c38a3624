import { KctlError, usageError } from '../base/errors.js';
import type { ListDocument, ResultDocument } from '../base/result.js';
import { listDocument } from '../base/result.js';
import { getData, reconfig, whoAmI } from '../protocol/zookeeper/operations.js';
import { type Member, parseDynamicConfig, parseMember } from '../zk/members.js';
import type { Znodes } from './client.js';

export interface EnsembleConfig extends ResultDocument {
  /** The zxid, in hexadecimal, of the change that made it so; null for a standalone server. */
  configVersion: string | null;
  members: Member[];
  /** As it stands in /zookeeper/config. */
  text: string;
}

const configPath = '/zookeeper/config';

/** The ensemble as it agreed upon (ZooKeeper 3.5). */
export async function readConfig(znodes: Znodes): Promise<EnsembleConfig> {
  const { data } = await znodes.call(getData, { path: configPath, watch: false }, configPath);
  return configOf(data);
}

function configOf(data: Buffer | null): EnsembleConfig {
  const text = data?.toString() ?? '';
  const { members, version } = parseDynamicConfig(text);
  return { kind: 'ZookeeperConfig', version: 1, configVersion: version, members, text };
}

export interface ReconfigOptions {
  /** `server.4=host:2888:3888:participant;2181` */
  add: string[];
  /** Ids. */
  remove: number[];
  /** All of the new ensemble, in place of `add` and `remove`. */
  members: string[];
  /** The configuration's version that must still hold, in hexadecimal; any when absent. */
  fromVersion?: string | undefined;
  dryRun: boolean;
}

/** Changes the members of a running ensemble (ZooKeeper 3.5, reconfigEnabled=true). */
export async function reconfigure(
  znodes: Znodes,
  options: ReconfigOptions,
): Promise<EnsembleConfig & { dryRun: boolean }> {
  const { add, dryRun, fromVersion, members, remove } = options;
  for (const line of [...add, ...members]) checkMemberLine(line);
  if (add.length + remove.length + members.length === 0)
    throw usageError('there is nothing to change', 'Give --add, --remove or --members.');
  const before = await readConfig(znodes);
  if (fromVersion !== undefined && before.configVersion !== fromVersion) {
    throw new KctlError(`the configuration has version ${before.configVersion}, not ${fromVersion}`, {
      code: 'BADVERSION',
    });
  }
  if (dryRun) return { ...before, members: plannedMembers(before.members, options), text: '', dryRun };
  const { data } = await znodes.call(
    reconfig,
    {
      joiningServers: add.join(',') || null,
      leavingServers: remove.join(',') || null,
      newMembers: members.join(',') || null,
      curConfigId: fromVersion === undefined ? -1n : BigInt(`0x${fromVersion}`),
    },
    'the ensemble',
  );
  return { ...configOf(data), dryRun };
}

/** Pure: who would be a member. */
export function plannedMembers(
  now: Member[],
  { add, members, remove }: Pick<ReconfigOptions, 'add' | 'members' | 'remove'>,
): Member[] {
  const kept = members.length > 0 ? [] : now.filter(({ id }) => !remove.includes(id));
  const byId = new Map(kept.map((member) => [member.id, member]));
  for (const line of [...members, ...add]) {
    const member = checkMemberLine(line);
    byId.set(member.id, member);
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

function checkMemberLine(line: string): Member {
  const [, id, definition] = /^server\.(\d{1,10})=(.+)$/.exec(line) ?? [];
  const member =
    id === undefined || definition === undefined ? undefined : parseMember(Number(id), definition);
  if (member) return member;
  throw usageError(`${JSON.stringify(line)} is no member`, 'Write server.4=host:2888:3888:participant;2181.');
}

export type Identities = ListDocument<{ scheme: string; id: string }>;

/** Who the server takes this session for (ZooKeeper 3.7). */
export async function readIdentities(znodes: Znodes): Promise<Identities> {
  const { clientInfo } = await znodes.call(whoAmI, {}, 'whoami');
  const items = clientInfo.map(({ authScheme, user }) => ({ scheme: authScheme, id: user }));
  return listDocument('ZookeeperIdentityList', 1, items);
}
