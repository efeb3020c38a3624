import { type Address, formatAddress } from '../base/address.js';
import { Deadline, defaultTimeoutMs } from '../base/deadline.js';
import { usageError } from '../base/errors.js';
import { itemError, listDocument } from '../base/result.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import { askFourLetterWord } from '../cluster/zookeeper/four-letter.js';
import { Answer } from './answer.js';
import type { AskOptions, ZkAnswers, ZkDocument, ZkWord } from './word.js';

/**
 * Asks every server of a connect string the same word. One server gives its document or throws; several give
 * a list in their order, in which a server that fails is an error beside the answers of the others.
 */
export async function askWord<Data extends object>(
  word: ZkWord<Data>,
  connectString: string,
  options: AskOptions = {},
): Promise<ZkAnswers<Data>> {
  const { servers } = parseConnectString(connectString);
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  const [only, ...others] = servers;
  if (only && others.length === 0) return askServer(word, only, deadline, options.mask);
  const results = await Promise.allSettled(
    servers.map((server) => askServer(word, server, deadline, options.mask)),
  );
  const items = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const errors = results.flatMap((result, index) =>
    result.status === 'rejected' ? [itemError(nameOf(servers[index]), result.reason)] : [],
  );
  return listDocument(`${word.kind}List`, 1, items, errors);
}

/** The bytes of one server's answer as they came. */
export async function askRaw(word: ZkWord, connectString: string, options: AskOptions = {}): Promise<Buffer> {
  const [server, ...others] = parseConnectString(connectString).servers;
  if (!server || others.length > 0) {
    throw usageError('--raw shows the answer of one server', 'Give one: --zookeeper host:2181.');
  }
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  return askFourLetterWord(server, word.name, deadline, options.mask);
}

async function askServer<Data extends object>(
  word: ZkWord<Data>,
  address: Address,
  deadline: Deadline,
  mask?: bigint,
): Promise<ZkDocument<Data>> {
  const bytes = await askFourLetterWord(address, word.name, deadline, mask);
  return readAnswer(word, formatAddress(address), bytes);
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

function nameOf(server: Address | undefined): string {
  return server ? formatAddress(server) : 'unknown';
}
