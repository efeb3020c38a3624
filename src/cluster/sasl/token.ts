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

export interface Token {
  text: string;
  /** How far the clock of whoever gave it is ahead of this one, where it says so; only to the second. */
  issuerAheadMs?: number | undefined;
}

/** @throws KctlError `TOKEN`, exit 3, in the endpoint's words, never with a secret */
export async function fetchToken(credentials: ClientCredentials): Promise<Token> {
  const { endpoint } = credentials;
  try {
    const url = new URL(endpoint);
    if (url.protocol === 'file:') return { text: oneLine(readFileSync(fileURLToPath(url), 'utf8')) };
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

async function askEndpoint(url: URL, { clientId, clientSecret, scope }: ClientCredentials): Promise<Token> {
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
  const issuerAheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
  return { text: oneLine(token), issuerAheadMs: Number.isNaN(issuerAheadMs) ? undefined : issuerAheadMs };
}

/** Tokens are not judged by the second: neither clock is that exact. */
const clockToleranceMs = 30_000;

/**
 * Why a broker may have refused a token, told from its times (RFC 7519, section 4.1) and the clocks; it is read, and
 * not verified. Nothing of it is quoted but times.
 */
export function explainToken({
  text,
  issuerAheadMs = 0,
}: Token): { code?: string; hint: string } | undefined {
  const { exp, iat, nbf } = claimsOf(text);
  const nowMs = Date.now();
  const beginsInMs = Math.max(iat ?? 0, nbf ?? 0) * 1000 - nowMs;
  const aheadMs = Math.abs(issuerAheadMs) > clockToleranceMs ? issuerAheadMs : Math.max(0, beginsInMs);
  if (Math.abs(aheadMs) > clockToleranceMs) {
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    return {
      code: 'CLOCK_SKEW',
      hint: `The clock of whoever gave the token is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one here: set the wrong one.`,
    };
  }
  if (exp === undefined) return undefined;
  const ends = new Date(exp * 1000).toISOString();
  return exp * 1000 < nowMs
    ? {
        code: 'TOKEN_EXPIRED',
        hint: `The token ended at ${ends} by the clock here: get a new one, or set the clock.`,
      }
    : {
        hint: `The token holds until ${ends} by the clock here: check its issuer, audience and scope, and the clock of the broker.`,
      };
}

/** The times of a JWT, in seconds since 1970; none of what is not one. */
function claimsOf(token: string): { exp?: number; iat?: number; nbf?: number } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const times = ['exp', 'iat', 'nbf'].filter((name) => Number.isFinite(claims[name]));
    return Object.fromEntries(times.map((name) => [name, claims[name]]));
  } catch {
    return {};
  }
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
