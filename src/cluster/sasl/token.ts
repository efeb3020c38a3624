import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';

/** Where a token is asked for by its client (RFC 6749, section 4.4). */
export interface ClientCredentials {
  /** `https:` or `http:`, or `file:` for a token that lies in a file (KIP-768). */
  endpoint: string;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  scope?: string | undefined;
}

const timeoutMs = 10_000;
const maxAnswerBytes = 256 * 1024;

/** @throws KctlError `TOKEN`, exit 3, in the endpoint's words, never with a secret */
export async function fetchToken(credentials: ClientCredentials): Promise<string> {
  const { endpoint } = credentials;
  try {
    const url = new URL(endpoint);
    if (url.protocol === 'file:') return oneLine(readFileSync(fileURLToPath(url), 'utf8'));
    return await askEndpoint(url, credentials);
  } catch (error) {
    throw new KctlError(`no token from ${endpoint}`, {
      code: 'TOKEN',
      exitCode: ExitCode.unreachable,
      words: wordsOf(error),
      hint: 'Check sasl.oauthbearer.token.endpoint.url, the client id and its secret.',
      cause: error,
    });
  }
}

async function askEndpoint(url: URL, { clientId, clientSecret, scope }: ClientCredentials): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) });
  const login = Buffer.from(
    `${encodeURIComponent(clientId ?? '')}:${encodeURIComponent(clientSecret ?? '')}`,
  );
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { authorization: `Basic ${login.toString('base64')}`, accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  const text = await boundedText(response);
  if (!response.ok)
    throw new Error(`it answers ${response.status} ${oauthError(text) ?? response.statusText}`);
  const token: unknown = (JSON.parse(text) as { access_token?: unknown }).access_token;
  if (typeof token !== 'string') throw new Error('its answer holds no access_token');
  return oneLine(token);
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw new Error('its answer is too long for a token');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `error` and `error_description` of RFC 6749, section 5.2. */
function oauthError(text: string): string | undefined {
  try {
    const { error, error_description: description } = JSON.parse(text);
    return typeof error === 'string'
      ? [error, description].filter(Boolean).join(': ').slice(0, 300)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A token with a control character could say more to the broker than itself. */
export function oneLine(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error('what it gives is not a token');
}

function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
