import { type Address, formatAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { ExitCode, KctlError } from '../../base/errors.js';
import { dial } from '../dial.js';
import type { TlsOptions } from '../settings/security.js';
import { answersNothing, closings, explainRefusal, networkError } from './failures.js';

/** ZooKeeper's commands of four letters (org.apache.zookeeper.server.command.FourLetterCommands). */
export const fourLetterWords = [
  'conf',
  'cons',
  'crst',
  'dirs',
  'dump',
  'envi',
  'gtmk',
  'hash',
  'isro',
  'mntr',
  'ruok',
  'srst',
  'srvr',
  'stat',
  'stmk',
  'wchc',
  'wchp',
  'wchs',
] as const;
export type FourLetterWord = (typeof fourLetterWords)[number];

export interface WordOptions {
  /** The trace mask that `stmk` sets, an int64. */
  mask?: bigint | undefined;
  tls?: TlsOptions | undefined;
}

/** More than any ensemble says (a watch is some 60 bytes), and little enough to keep in memory. */
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * Sends a four-letter word to one server and returns the bytes of its answer.
 * @throws KctlError: exit 3 when the server cannot be reached, is silent, or is no ZooKeeper; exit 1 when it
 * refuses the word, does not know it, or is not serving
 */
export async function askFourLetterWord(
  server: Address,
  word: FourLetterWord,
  deadline: Deadline,
  options: WordOptions = {},
): Promise<Buffer> {
  const answer = await exchange(server, word, deadline, options);
  const refusal = explainRefusal(server, word, answer);
  if (refusal) throw refusal;
  // `hash` has nothing to say until 128 transactions were made; an unknown word and a Kafka broker never have.
  if (answer.length > 0) return answer;
  const srvr = word === 'srvr' ? answer : await exchange(server, 'srvr', deadline, { tls: options.tls });
  const version = /^Zookeeper version: (\d+)\.(\d+)\S*/.exec(srvr.toString('latin1', 0, 200));
  if (!version) throw explainRefusal(server, 'srvr', srvr) ?? answersNothing(server);
  const [first, major, minor] = version;
  if (word === 'hash' && (Number(major) > 3 || Number(minor) >= 6)) return answer;
  throw new KctlError(`ZooKeeper at ${formatAddress(server)} does not know ${word}`, {
    code: 'UNKNOWN_COMMAND',
    words: first.replace(/,$/, ''),
    hint: 'dirs needs ZooKeeper 3.5.1, hash needs 3.6.0.',
  });
}

function request(word: FourLetterWord, mask?: bigint): Buffer {
  const name = Buffer.from(word, 'latin1');
  if (mask === undefined) return name;
  const value = Buffer.alloc(8);
  value.writeBigInt64BE(mask);
  return Buffer.concat([name, value]);
}

/**
 * Sends a word and collects everything until the server closes. The word goes out exactly as it is and the socket
 * is not half-closed: a server on Netty gives up an answer when it sees the end, and a byte that is left unread
 * makes any server reset the connection under its answer.
 */
function exchange(
  server: Address,
  word: FourLetterWord,
  deadline: Deadline,
  { mask, tls }: WordOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const socket = dial(server, tls, () => socket.write(request(word, mask)));
    const fail = (error: KctlError) => {
      reject(error);
      socket.destroy();
    };
    const timer = setTimeout(() => {
      const stage = socket.connecting ? 'connecting' : length === 0 ? 'no answer' : 'answer not complete';
      const words = `${stage} after ${deadline.timeoutMs} ms`;
      const silence = networkError(server, { code: 'ETIMEDOUT', message: words });
      fail(explainRefusal(server, word, Buffer.concat(chunks)) ?? silence);
    }, deadline.remainingMs());
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxAnswerBytes) fail(tooLong(server));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Nothing was said, which is what counts.
      if (closings.includes(error.code ?? '') && length === 0) resolve(Buffer.alloc(0));
      else fail(networkError(server, error));
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
  });
}

function tooLong(server: Address): KctlError {
  return new KctlError(`${formatAddress(server)} answered more than ${maxAnswerBytes} bytes`, {
    code: 'ANSWER_TOO_LONG',
    exitCode: ExitCode.failed,
  });
}
