import { type Address, formatAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import { parseJson } from '../../base/json.js';
import { notServing } from './failures.js';

export const adminPort = 8080;
const maxAnswerBytes = 16 * 1024 * 1024;

/** What a command of the AdminServer says, under its own names; int64 values are bigint where they must be. */
export type AdminFields = Record<string, unknown>;

/**
 * Asks the AdminServer (ZooKeeper 3.5, admin.serverPort) for what one of its commands says, as JSON; `commands` is
 * the list of them.
 * @param command such as `monitor`, `last_snapshot`, `observers`
 * @throws KctlError exit 3 when it cannot be reached or is no AdminServer; exit 1 when it does not know the command
 * (UNKNOWN_COMMAND) or its server serves nobody (NOT_SERVING)
 */
export async function askAdminServer(
  server: Address,
  command: string,
  deadline: Deadline,
): Promise<AdminFields> {
  const at = formatAddress(server);
  const path = command === 'commands' ? '' : `/${encodeURIComponent(command)}`;
  const answer = await fetchAnswer(`http://${at}/commands${path}`, deadline).catch((error: unknown) => {
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw new KctlError(`cannot ask the AdminServer at ${at}: ${messageOf(cause)}`, {
      code: (cause as { code?: string }).code ?? 'NO_ADMIN_SERVER',
      exitCode: ExitCode.unreachable,
      hint: 'Its port is admin.serverPort, 8080 by default; admin.enableServer turns it off.',
      cause: error,
    });
  });
  if (typeof answer.error === 'string') throw refusalOf(server, command, answer.error);
  const { command: _, error: __, ...fields } = answer;
  return fields;
}

async function fetchAnswer(url: string, deadline: Deadline): Promise<AdminFields> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(Math.ceil(Math.max(1, deadline.remainingMs()))),
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > maxAnswerBytes) throw new Error(`more than ${maxAnswerBytes} bytes`);
  }
  const text = Buffer.concat(chunks).toString();
  if (url.endsWith('/commands')) return { commands: readCommands(text) };
  if (!response.ok && !text.startsWith('{')) throw new Error(`HTTP ${response.status}`);
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && 'command' in value) return value as AdminFields;
  throw new Error('its answer is not one of an AdminServer');
}

/** The commands are listed as a page of links, each under its first name. */
function readCommands(page: string): string[] {
  const names = [...page.matchAll(/<a href="\/commands\/([a-z_]{1,64})">/g)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error('its answer is not one of an AdminServer');
  return names.sort();
}

function refusalOf(server: Address, command: string, words: string): KctlError {
  if (words.startsWith('This ZooKeeper instance is not currently serving')) return notServing(server, words);
  const unknown = words.startsWith('Unknown command');
  return new KctlError(`the AdminServer at ${formatAddress(server)} does not answer ${command}: ${words}`, {
    code: unknown ? 'UNKNOWN_COMMAND' : 'ADMIN_REFUSED',
    words,
    ...(unknown && { hint: 'kctl zk admin commands lists what it knows.' }),
  });
}
