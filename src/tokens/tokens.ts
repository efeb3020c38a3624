import { readFile } from 'node:fs/promises';
import { KctlError, messageOf, usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ListDocument, listDocument, type ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import {
  createDelegationToken,
  describeDelegationToken,
  expireDelegationToken,
  renewDelegationToken,
} from '../protocol/messages/delegation-tokens.js';

/** A principal as `User:alice`. */
export interface Principal {
  principalType: string;
  principalName: string;
}

export interface DelegationToken {
  tokenId: string;
  owner: string;
  /** Null before Kafka 3.3. */
  requester: string | null;
  renewers: string[];
  issuedMs: number;
  expiresMs: number;
  /** Beyond that it cannot be renewed. */
  maxMs: number;
}

export type DelegationTokenList = ListDocument<DelegationToken>;

/** A token that was just made: the one time that its secret is shown. */
export interface CreatedToken extends ResultDocument, Omit<DelegationToken, 'renewers'> {
  kind: 'CreatedDelegationToken';
  version: 1;
  /** Base64; who has it can log in as the owner. */
  hmac: string;
}

export interface TokenExpiry extends ResultDocument {
  kind: 'DelegationTokenExpiry';
  version: 1;
  expiresMs: number;
}

/** Parses `User:alice`. */
export function parsePrincipal(text: string): Principal {
  const [, principalType, principalName] = /^([A-Za-z]+):(.+)$/.exec(text) ?? [];
  if (!principalType || !principalName)
    throw usageError(`"${text}" is not a principal`, 'Write for example User:alice.');
  return { principalType, principalName };
}

/** Makes a delegation token (KIP-48) for who asks, or as one who may for another owner (KIP-373). */
export async function createToken(
  cluster: Cluster,
  {
    owner,
    renewers,
    maxLifetimeMs,
  }: { owner?: Principal | undefined; renewers: Principal[]; maxLifetimeMs: number },
): Promise<CreatedToken> {
  const answer = await cluster.wire.request(createDelegationToken, {
    ...(owner ? { ownerPrincipalType: owner.principalType, ownerPrincipalName: owner.principalName } : {}),
    renewers,
    maxLifetimeMs: BigInt(maxLifetimeMs),
  });
  throwIfRefused('the token was not made', answer.errorCode);
  return {
    kind: 'CreatedDelegationToken',
    version: 1,
    tokenId: answer.tokenId,
    owner: nameOf(answer),
    requester: requesterOf(answer),
    issuedMs: Number(answer.issueTimestampMs),
    expiresMs: Number(answer.expiryTimestampMs),
    maxMs: Number(answer.maxTimestampMs),
    hmac: answer.hmac.toString('base64'),
  };
}

/** What makes a token's expiry another one: both take a time from now, and -1 for the default of each. */
const expiryChanges = {
  /** Puts it off, within the token's longest life; by the broker's own period when it is -1. */
  renew: async (cluster: Cluster, hmac: Buffer, periodMs: bigint) =>
    cluster.wire.request(renewDelegationToken, { hmac, renewPeriodMs: periodMs }),
  /** Brings it near; at once when it is -1. */
  expire: async (cluster: Cluster, hmac: Buffer, periodMs: bigint) =>
    cluster.wire.request(expireDelegationToken, { hmac, expiryTimePeriodMs: periodMs }),
};
export type ExpiryChange = keyof typeof expiryChanges;

export async function changeExpiry(
  cluster: Cluster,
  change: ExpiryChange,
  { hmac, periodMs }: { hmac: Buffer; periodMs: number },
): Promise<TokenExpiry> {
  const answer = await expiryChanges[change](cluster, hmac, BigInt(periodMs));
  throwIfRefused(
    change === 'renew' ? 'the token was not renewed' : 'the token was not changed',
    answer.errorCode,
  );
  return { kind: 'DelegationTokenExpiry', version: 1, expiresMs: Number(answer.expiryTimestampMs) };
}

/** Lists tokens that one may see, of some owners or of all; never their secrets. */
export async function describeTokens(
  cluster: Cluster,
  { owners }: { owners: Principal[] },
): Promise<DelegationTokenList> {
  const answer = await cluster.wire.request(describeDelegationToken, {
    owners: owners.length > 0 ? owners : null,
  });
  throwIfRefused('the tokens cannot be read', answer.errorCode);
  const items = answer.tokens.map((token): DelegationToken => {
    return {
      tokenId: token.tokenId,
      owner: nameOf(token),
      requester: requesterOf(token),
      renewers: token.renewers.map(nameOf).sort(compareNames),
      issuedMs: Number(token.issueTimestamp),
      expiresMs: Number(token.expiryTimestamp),
      maxMs: Number(token.maxTimestamp),
    };
  });
  return listDocument(
    'DelegationTokenList',
    1,
    items.sort((a, b) => compareNames(a.tokenId, b.tokenId)),
  );
}

/** Reads a token's secret: base64, as `tokens create` shows it. @param path `-` is standard input */
export async function readHmac(path: string): Promise<Buffer> {
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((error) => {
    throw usageError(`--hmac-file cannot be read: ${messageOf(error)}`);
  });
  if (/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text.trim())) return Buffer.from(text.trim(), 'base64');
  throw usageError(
    `${path} does not hold the HMAC of a token`,
    'It is what kctl tokens create showed, in base64.',
  );
}

function nameOf({ principalType, principalName }: Principal): string {
  return `${principalType}:${principalName}`;
}

function requesterOf(token: { tokenRequesterPrincipalType: string; tokenRequesterPrincipalName: string }) {
  const { tokenRequesterPrincipalType: type, tokenRequesterPrincipalName: name } = token;
  return type === '' ? null : `${type}:${name}`;
}

const hints: Record<string, string> = {
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED:
    'Tokens are made for who is logged in, by SASL or TLS, and not by a token.',
  DELEGATION_TOKEN_AUTH_DISABLED: 'The brokers need delegation.token.secret.key.',
};

function throwIfRefused(what: string, errorCode: number): void {
  if (errorCode === 0) return;
  const { name, message } = errorOf(errorCode);
  const hint = hints[name];
  throw new KctlError(what, { code: name, words: message, ...(hint ? { hint } : {}) });
}
