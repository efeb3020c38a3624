import { type Address, formatAddress } from '../base/address.js';
import type { Deadline } from '../base/deadline.js';
import { askFourLetterWord, type WordOptions } from '../cluster/zookeeper/four-letter.js';
import { ZookeeperSession } from '../cluster/zookeeper/session.js';
import { getData } from '../protocol/zookeeper/operations.js';
import { Answer } from './answer.js';
import { type Configuration, parseConf } from './settings.js';

/** A member of an ensemble, as a line `server.N=…` of zoo.cfg or of the dynamic configuration names it. */
export interface Member {
  id: number;
  /** Where the other servers reach it: the first of its addresses. */
  host: string;
  /** All of its addresses with their ports, as the line has them: `host:2888:3888`. */
  addresses: string;
  role: 'participant' | 'observer';
  /** Where clients reach it, where the line says so: servers may keep it to themselves. */
  client?: { host: string; port: number };
}

/**
 * Parses the value of `server.N`: `host:2888:3888[:role][;[address:]port]`, several addresses of one server apart
 * by `|`. @returns undefined where it is not one
 */
export function parseMember(id: number, definition: string): Member | undefined {
  const [quorum = '', client] = definition.split(';', 2);
  const [first = ''] = quorum.split('|');
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+)):\d+:\d+/.exec(first) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return undefined;
  const role = /:observer$/.test(quorum) ? 'observer' : 'participant';
  const clientAt = client === undefined ? undefined : parseClient(client, host);
  const addresses = quorum.replace(/:(participant|observer)$/, '');
  return { id, host, addresses, role, ...(clientAt && { client: clientAt }) };
}

function parseClient(text: string, host: string): Member['client'] | undefined {
  const [, bracketed, plain, port] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined) return undefined;
  const named = bracketed ?? plain ?? host;
  const any = /^(0\.0\.0\.0|::|0(:0){7})$/.test(named);
  return { host: any ? host : named, port: Number(port) };
}

/** The members that a dynamic configuration (the data of /zookeeper/config) lists, and its version. */
export function parseDynamicConfig(text: string): { members: Member[]; version: string | null } {
  const members: Member[] = [];
  let version: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, id, definition] = /^server\.(\d{1,10})=(.+)$/.exec(line.trim()) ?? [];
    const member =
      id === undefined || definition === undefined ? undefined : parseMember(Number(id), definition);
    if (member) members.push(member);
    else if (line.startsWith('version=')) version = line.slice('version='.length).trim();
  }
  return { members, version };
}

/** The members that `conf` lists (ZooKeeper 3.5 or newer); undefined for a server that is no ensemble's. */
export function membersOf({ membership }: Configuration): Member[] | undefined {
  return membership?.servers.flatMap(({ definition, id }) => parseMember(Number(id), definition) ?? []);
}

/**
 * The addresses given and those of every other member: by `conf`, or by /zookeeper/config where that is refused.
 * A member whose client port nobody tells is looked for at the port of the server that told of it.
 */
export async function findServers(
  given: Address[],
  deadline: Deadline,
  { tls }: WordOptions,
): Promise<Address[]> {
  const lists = await Promise.all(
    given.map(async (server) => ({
      server,
      members: await askMembers(server, deadline, tls),
    })),
  );
  const found = new Map(given.map((server) => [formatAddress(server), server]));
  // Members of the servers given are told by their own ids only where these are asked: hosts must do.
  for (const { members, server } of lists) {
    for (const member of members) {
      const address = member.client ?? { host: member.host, port: server.port };
      const sameHost = [...found.values()].some(({ host }) => host === address.host);
      if (member.client || !sameHost) found.set(formatAddress(address), address);
    }
  }
  return [...found.values()];
}

async function askMembers(server: Address, deadline: Deadline, tls: WordOptions['tls']): Promise<Member[]> {
  const text = await askFourLetterWord(server, 'conf', deadline, { tls }).catch(() => undefined);
  if (text !== undefined) return membersOf(parseConf(new Answer(text.toString(), 'conf'))) ?? [];
  return readDynamicConfig(server, deadline, tls).then(
    ({ members }) => members,
    () => [],
  );
}

/** Reads /zookeeper/config, which everyone may (ZooKeeper 3.5). */
export async function readDynamicConfig(server: Address, deadline: Deadline, tls: WordOptions['tls']) {
  const options = { tls, allowReadOnly: true };
  const session = await ZookeeperSession.open({ servers: [server], chroot: '' }, deadline, options);
  try {
    const path = '/zookeeper/config';
    const { data } = await session.call(getData, { path, watch: false }, path);
    return parseDynamicConfig(data?.toString() ?? '');
  } finally {
    await session.close();
  }
}
