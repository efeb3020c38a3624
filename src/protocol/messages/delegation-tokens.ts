import { controllerMoved } from '../retries.js';
import { api, array, bytes, int16, int32, int64, string } from '../schema.js';

/** Delegation tokens (KIP-48, KIP-373). What a request asks for in milliseconds is a span, what an answer says a time. */
export const createDelegationToken = api({
  key: 38,
  name: 'CreateDelegationToken',
  versions: [1, 3],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: {
    /** Null: who asks. */
    ownerPrincipalType: string().since(3).nullable(3),
    ownerPrincipalName: string().since(3).nullable(3),
    renewers: array({ principalType: string(), principalName: string() }),
    /** -1: the broker's own. */
    maxLifetimeMs: int64(),
  },
  response: {
    errorCode: int16(),
    principalType: string(),
    principalName: string(),
    tokenRequesterPrincipalType: string().since(3),
    tokenRequesterPrincipalName: string().since(3),
    issueTimestampMs: int64(),
    expiryTimestampMs: int64(),
    maxTimestampMs: int64(),
    tokenId: string(),
    hmac: bytes(),
    throttleTimeMs: int32(),
  },
});

export const renewDelegationToken = api({
  key: 39,
  name: 'RenewDelegationToken',
  versions: [1, 2],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: { hmac: bytes(), renewPeriodMs: int64() },
  response: { errorCode: int16(), expiryTimestampMs: int64(), throttleTimeMs: int32() },
});

export const expireDelegationToken = api({
  key: 40,
  name: 'ExpireDelegationToken',
  versions: [1, 2],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: { hmac: bytes(), expiryTimePeriodMs: int64() },
  response: { errorCode: int16(), expiryTimestampMs: int64(), throttleTimeMs: int32() },
});

export const describeDelegationToken = api({
  key: 41,
  name: 'DescribeDelegationToken',
  versions: [1, 3],
  flexible: 2,
  request: {
    /** Null asks for all that one may see. */
    owners: array({ principalType: string(), principalName: string() }).nullable(),
  },
  response: {
    errorCode: int16(),
    tokens: array({
      principalType: string(),
      principalName: string(),
      tokenRequesterPrincipalType: string().since(3),
      tokenRequesterPrincipalName: string().since(3),
      issueTimestamp: int64(),
      expiryTimestamp: int64(),
      maxTimestamp: int64(),
      tokenId: string(),
      hmac: bytes(),
      renewers: array({ principalType: string(), principalName: string() }),
    }),
    throttleTimeMs: int32(),
  },
});
