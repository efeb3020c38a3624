import type { Cell, Column, View } from '../render/view.js';
import type { CreatedToken, DelegationTokenList, TokenExpiry } from './tokens.js';

const columns: Column[] = ['id', 'owner', 'requester', 'renewers', 'issued', 'expires', 'at the latest'].map(
  (header) => ({ header }),
);

export function viewTokens({ items }: DelegationTokenList): View {
  const rows = items.map((token) => [
    token.tokenId,
    token.owner,
    token.requester,
    token.renewers.join(' ') || null,
    timeOf(token.issuedMs),
    timeOf(token.expiresMs),
    timeOf(token.maxMs),
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No tokens.' }],
    names: items.map(({ tokenId }) => tokenId),
  };
}

export function viewCreatedToken(token: CreatedToken): View {
  const facts: Array<[string, Cell]> = [
    ['id', token.tokenId],
    ['hmac', token.hmac],
    ['owner', token.owner],
    ['expires', timeOf(token.expiresMs)],
    ['at the latest', timeOf(token.maxMs)],
  ];
  return { sections: [{ type: 'facts', facts }], names: [token.tokenId] };
}

export function viewExpiry({ expiresMs }: TokenExpiry): View {
  return {
    sections: [{ type: 'facts', facts: [['expires', timeOf(expiresMs)]] }],
    names: [timeOf(expiresMs)],
  };
}

function timeOf(timestampMs: number): string {
  return new Date(timestampMs).toISOString();
}
