import type { Znodes } from './client.js';

/**
 * Keeps the session, and with it its ephemeral znodes, until it is interrupted.
 * @throws KctlError exit 3 when the session is lost
 */
export async function holdEphemeral(znodes: Znodes, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([interrupted, znodes.session.ended]);
}
