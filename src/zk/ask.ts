import { type Address, formatAddress } from '../base/address.js';
import { Deadline, defaultTimeoutMs } from '../base/deadline.js';
import { KctlError, usageError } from '../base/errors.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import {
  askFourLetterWord,
  type FourLetterWord,
  type WordOptions,
} from '../cluster/zookeeper/four-letter.js';
import type { View } from '../render/view.js';
import { Answer } from './answer.js';
import type { AskOptions, ZkAnswers, ZkDocument, ZkRehearsal, ZkWord } from './word.js';

/**
 * Asks every server of a connect string the same word. One server gives its document or throws; several give
 * a list in their order, in which a server that fails is an error beside the answers of the others.
 */
export async function askWord<Data extends object>(
  word: ZkWord<Data>,
  connectString: string,
  options: AskOptions = {},
): Promise<ZkAnswers<Data>> {
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  const given = parseConnectString(connectString).servers;
  const [only, ...others] = given;
  if (only && others.length === 0 && !options.all) return askServer(word, only, deadline, options);
  const servers = options.all ? await allServers(given, deadline, options) : given;
  const results = await Promise.allSettled(
    servers.map((server) => askServer(word, server, deadline, options)),
  );
  const items = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const errors = results.flatMap((result, index) =>
    result.status === 'rejected' ? [itemError(nameOf(servers[index]), result.reason)] : [],
  );
  const warnings = items.flatMap((item) => item.warnings ?? []);
  const quiet = items.map(({ warnings: _, ...item }) => item as ZkDocument<Data>);
  return listDocument(`${word.kind}List`, 1, quiet, errors, warnings);
}

/** The bytes of one server's answer as they came. */
export async function askRaw(word: ZkWord, connectString: string, options: AskOptions = {}): Promise<Buffer> {
  const [server, ...others] = parseConnectString(connectString).servers;
  if (!server || others.length > 0) {
    throw usageError('--raw shows the answer of one server', 'Give one: --zookeeper host:2181.');
  }
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  return askFourLetterWord(server, word.name, deadline, options);
}

/** Asks `srvr`, which no server refuses, in place of a word that changes something. */
export async function rehearseWord(
  word: FourLetterWord,
  connectString: string,
  options: AskOptions = {},
): Promise<{ document: ZkRehearsal; view: View }> {
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  const given = parseConnectString(connectString).servers;
  const servers = options.all ? await allServers(given, deadline, options) : given;
  const items: ZkRehearsal['items'] = [];
  const errors: ItemError[] = [];
  for (const address of servers) {
    const server = formatAddress(address);
    await askFourLetterWord(address, 'srvr', deadline, { tls: options.tls }).then(
      () => items.push({ server, word, result: 'valid' }),
      (error) => errors.push(itemError(server, error)),
    );
  }
  const rows = items.map(({ result, server }) => [server, word, result]);
  const columns = [{ header: 'server' }, { header: 'word' }, { header: 'result' }];
  return {
    document: { ...listDocument('ZkRehearsal', 1, items, errors), dryRun: true, validatedBy: 'client' },
    view: { sections: [{ type: 'table', columns, rows }], names: items.map(({ server }) => server) },
  };
}

async function askServer<Data extends object>(
  word: ZkWord<Data>,
  address: Address,
  deadline: Deadline,
  options: AskOptions,
): Promise<ZkDocument<Data>> {
  try {
    const bytes = await askFourLetterWord(address, word.name, deadline, options);
    return readAnswer(word, formatAddress(address), bytes);
  } catch (error) {
    if (!(error instanceof KctlError) || error.code !== 'NOT_IN_WHITELIST') throw error;
    const { takeDetour } = await import('./detours.js');
    return takeDetour(word, address, error, { tls: options.tls, deadline, adminPort: options.adminPort });
  }
}

/**
 * Makes a document of an answer. Lines that are not understood are counted in its warnings.
 * @throws KctlError MALFORMED_ANSWER when it is not an answer to this word
 */
export function readAnswer<Data extends object>(
  word: ZkWord<Data>,
  server: string,
  bytes: Uint8Array,
): ZkDocument<Data> {
  const answer = new Answer(new TextDecoder().decode(bytes), `${server} to ${word.name}`);
  const data = word.parse(answer);
  if (answer.foreign) answer.malformed('no line of it is known');
  const { skipped } = answer;
  const lines = skipped === 1 ? '1 line' : `${skipped} lines`;
  return {
    kind: word.kind,
    version: 1,
    server,
    ...data,
    ...(skipped > 0 && {
      warnings: [`${lines} of what ${server} says are not understood; --raw shows them`],
    }),
  };
}

async function allServers(given: Address[], deadline: Deadline, options: WordOptions): Promise<Address[]> {
  const { findServers } = await import('./members.js');
  return findServers(given, new Deadline(deadline.remainingMs() * 0.4), options);
}

function nameOf(server: Address | undefined): string {
  return server ? formatAddress(server) : 'unknown';
}
