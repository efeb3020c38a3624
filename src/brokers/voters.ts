import { type Address, formatAddress, parseAddress } from '../base/address.js';
import { KctlError, usageError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { addRaftVoter } from '../protocol/messages/add-raft-voter.js';
import { removeRaftVoter } from '../protocol/messages/remove-raft-voter.js';
import { describeMetadataQuorum } from './quorum.js';

export interface Voter {
  id: number;
  directoryId: string;
}

export interface VoterChange extends ResultDocument, Voter {
  kind: 'VoterChange';
  version: 1;
  /** `valid` is the result of a dry run. */
  result: 'added' | 'removed' | 'valid';
  dryRun: boolean;
  validatedBy?: 'client';
}

/** Parses `ID@DIRECTORY-ID` as `cluster quorum` shows them. */
export function parseVoter(text: string): Voter {
  const match = /^(\d{1,9})@([A-Za-z0-9_-]{22})$/.exec(text);
  if (!match?.[2])
    throw usageError(`"${text}" is not a voter`, 'Write id@directory-id, as kctl cluster quorum shows them.');
  return { id: Number(match[1]), directoryId: match[2] };
}

/** Parses `NAME://host:port`. */
export function parseListener(text: string): Address & { name: string } {
  const [, name, address] = /^([A-Za-z0-9_-]+):\/\/(.+)$/.exec(text) ?? [];
  if (!name || !address)
    throw usageError(`"${text}" is not a listener`, 'Write for example CONTROLLER://host:9093.');
  return { name, ...parseAddress(address, 9093) };
}

/** Makes a controller that follows the quorum one of its voters (KIP-853). */
export async function addVoter(
  cluster: Cluster,
  {
    voter,
    listeners,
    dryRun,
  }: { voter: Voter; listeners: Array<Address & { name: string }>; dryRun: boolean },
): Promise<VoterChange> {
  const { replicas, clusterId } = await describeMetadataQuorum(cluster);
  const known = replicas.find(({ id, directoryId }) => id === voter.id && directoryId === voter.directoryId);
  if (known && known.role !== 'observer') throw refused('DUPLICATE_VOTER', `${voter.id} is a voter already`);
  if (!known)
    throw refused('INVALID_REQUEST', `no controller ${voter.id}@${voter.directoryId} follows the quorum`);
  if (!dryRun) {
    const timeoutMs = cluster.wire.brokerTimeoutMs();
    const answer = await cluster.wire.request(
      addRaftVoter,
      { clusterId, timeoutMs, voterId: voter.id, voterDirectoryId: voter.directoryId, listeners },
      'controller',
    );
    throwIfRefused(answer, `${voter.id} at ${listeners.map(formatAddress).join(', ')} was not added`);
  }
  return changeOf(voter, dryRun, 'added');
}

/** Takes a voter out of the quorum (KIP-853); it goes on as an observer. */
export async function removeVoter(
  cluster: Cluster,
  { voter, dryRun }: { voter: Voter; dryRun: boolean },
): Promise<VoterChange> {
  const { replicas, clusterId } = await describeMetadataQuorum(cluster);
  const voters = replicas.filter(({ role }) => role !== 'observer');
  if (!voters.some(({ id }) => id === voter.id))
    throw refused('VOTER_NOT_FOUND', `${voter.id} is not a voter`);
  if (voters.length === 1) throw refused('INVALID_REQUEST', `${voter.id} is the only voter`);
  if (!dryRun) {
    const body = { clusterId, voterId: voter.id, voterDirectoryId: voter.directoryId };
    throwIfRefused(
      await cluster.wire.request(removeRaftVoter, body, 'controller'),
      `${voter.id} was not removed`,
    );
  }
  return changeOf(voter, dryRun, 'removed');
}

function changeOf(voter: Voter, dryRun: boolean, result: 'added' | 'removed'): VoterChange {
  const checked = dryRun ? { validatedBy: 'client' as const } : {};
  return { kind: 'VoterChange', version: 1, ...voter, result: dryRun ? 'valid' : result, dryRun, ...checked };
}

function refused(code: string, message: string): KctlError {
  return new KctlError(message, { code, hint: 'See: kctl cluster quorum' });
}

function throwIfRefused(answer: { errorCode: number; errorMessage: string | null }, message: string): void {
  if (answer.errorCode === 0) return;
  const { name, message: meaning } = errorOf(answer.errorCode);
  throw new KctlError(message, { code: name, words: answer.errorMessage ?? meaning });
}
