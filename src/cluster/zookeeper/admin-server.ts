import { type Address, formatAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';

export const adminPort = 8080;
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Asks the AdminServer (ZooKeeper 3.5, admin.serverPort) for what one of its commands says, as JSON.
 * @param command such as `monitor`, `last_snapshot`, `observers`
 * @throws KctlError exit 3 when it cannot be reached or is no AdminServer
 */
export async function askAdminServer(
  server: Address,
  command: string,
  deadline: Deadline,
): Promise<Record<string, unknown>> {
  const at = formatAddress(server);
  try {
    const response = await fetch(`http://${at}/commands/${encodeURIComponent(command)}`, {
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
    if (!response.ok && !text.startsWith('{')) throw new Error(`HTTP ${response.status}`);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('command' in value)) {
      throw new Error('its answer is not one of an AdminServer');
    }
    return value as Record<string, unknown>;
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw new KctlError(`cannot ask the AdminServer at ${at}: ${messageOf(cause)}`, {
      code: (cause as { code?: string }).code ?? 'NO_ADMIN_SERVER',
      exitCode: ExitCode.unreachable,
      hint: 'Its port is admin.serverPort, 8080 by default; admin.enableServer turns it off.',
      cause: error,
    });
  }
}
