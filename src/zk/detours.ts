import { type Address, formatAddress } from '../base/address.js';
import type { KctlError } from '../base/errors.js';
import type { AdminFields } from '../cluster/zookeeper/admin-server.js';
import { askFourLetterWord, type FourLetterWord } from '../cluster/zookeeper/four-letter.js';
import * as admin from './admin-answers.js';
import { Answer } from './answer.js';
import { metricsOfStatus, parseSrvr, type ServerStatus, statusOfMetrics } from './server.js';
import { parseMntr } from './settings.js';
import { AdminServerOf, pingServer, type Way, type WayOptions, wayInWords } from './ways.js';
import type { ZkDocument, ZkWord } from './word.js';

type Counterpart = [command: string, read: (fields: AdminFields) => object];

/** What the AdminServer says of the same. What changes something is done by its word or not at all. */
const counterparts: Partial<Record<FourLetterWord, Counterpart>> = {
  conf: ['configuration', admin.readConfiguration],
  cons: ['connections', admin.readConnections],
  dirs: ['dirs', admin.readDirectorySizes],
  dump: ['dump', admin.readDump],
  envi: ['environment', admin.readEnvironment],
  gtmk: ['get_trace_mask', admin.readTraceMask],
  hash: ['hash', admin.readDigests],
  isro: ['is_read_only', admin.readReadOnly],
  mntr: ['monitor', admin.readMonitor],
  ruok: ['ruok', () => ({ ok: true })],
  srvr: ['server_stats', admin.readStatus],
  stat: ['stats', admin.readStatusWithConnections],
  wchc: ['watches', admin.readWatches],
  wchp: ['watches_by_path', admin.readWatchesByPath],
  wchs: ['watch_summary', admin.readWatchSummary],
};

/** Words that a server's state answers, as far as it is known. */
const ofState: Partial<Record<FourLetterWord, (status: ServerStatus) => object>> = {
  isro: ({ mode }) => ({ readOnly: mode === 'read-only' }),
  mntr: (status) => ({ metrics: metricsOfStatus(status) }),
  ruok: () => ({ ok: true }),
  srvr: (status) => status,
  stat: (status) => status,
};

/** What a word tells, as the AdminServer has it. @throws KctlError as AdminServerOf.ask */
export async function askByAdminServer<Data extends object>(
  { name }: ZkWord<Data>,
  adminServer: AdminServerOf,
): Promise<Data> {
  const [command, read] = counterparts[name] ?? [];
  if (!command || !read) throw new Error(`the AdminServer has nothing in place of ${name}`);
  return read(await adminServer.ask(command)) as Data;
}

/**
 * What a word would tell that the whitelist refuses, by the first way that is open: mntr or srvr, whichever tells
 * more of it, the AdminServer, a session. The document says by which, and its warning which line to add.
 * @throws the refusal when every way is closed
 */
export async function takeDetour<Data extends object>(
  word: ZkWord<Data>,
  server: Address,
  refusal: KctlError,
  options: WayOptions,
): Promise<ZkDocument<Data>> {
  const at = formatAddress(server);
  const ask = async (name: FourLetterWord) => {
    const bytes = await askFourLetterWord(server, name, options.deadline, { tls: options.tls });
    return new Answer(bytes.toString(), `${at} to ${name}`);
  };
  const states: Partial<Record<Way, () => Promise<ServerStatus>>> = {
    srvr: async () => parseSrvr(await ask('srvr')),
    mntr: async () => statusOfMetrics(parseMntr(await ask('mntr')).metrics),
    ping: () => pingServer(server, options),
  };
  for (const via of ['srvr', 'mntr', 'admin', 'ping'] as const) {
    const [readState, state] = [ofState[word.name], states[via]];
    const data =
      via === 'admin'
        ? await askByAdminServer(word, new AdminServerOf(server, options)).catch(() => undefined)
        : via !== word.name && readState && state && (await state().then(readState, () => undefined));
    if (!data) continue;
    const warning = `${refusal.message}: this is known by ${wayInWords[via]}. ${refusal.hint ?? ''}`;
    return { kind: word.kind, version: 1, server: at, via, ...(data as Data), warnings: [warning.trim()] };
  }
  throw refusal;
}
