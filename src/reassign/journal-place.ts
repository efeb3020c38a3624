import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import { lockHolder, withLock } from '../cluster/local/lock.js';
import { stateFolder } from '../cluster/local/paths.js';
import { fileNameOf, markOpen, openJournalOf, unmarkOpen } from '../cluster/open-journals.js';
import { Journal, journalOpen, noJournal } from './journal.js';
import type { JournalHead, JournalState } from './run/journal-state.js';

/** Where the journal of a cluster is: as given, as this machine knows of an open one, or in the state folder. */
export function journalPath(clusterId: string, given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  return openJournalOf(clusterId) ?? defaultPath(clusterId);
}

function defaultPath(clusterId: string): string {
  return join(stateFolder(), 'reassign', `${fileNameOf(clusterId)}.ndjson`);
}

const lockOf = (path: string) => `${path}.lock`;

/** Who is carrying a journal out at the moment. */
export function runnerOf(path: string): number | undefined {
  return lockHolder(lockOf(path))?.pid;
}

/** Does the work while no other kctl can write the journal. @throws KctlError LOCKED */
export function asOnlyWriter<T>(path: string, work: () => Promise<T>): Promise<T> {
  return withLock(lockOf(path), { deadline: new Deadline(0) }, work).catch((error) => {
    if (!(error instanceof KctlError) || error.code !== 'LOCKED') throw error;
    throw new KctlError(`a reassignment is being carried out by another kctl (pid ${runnerOf(path)})`, {
      code: 'LOCKED',
      words: `its journal is ${path}`,
      hint: 'Watch it with "kctl reassign watch"; "kctl reassign cancel" and "throttle" reach it as it runs.',
    });
  });
}

/** Begins a journal. @throws KctlError JOURNAL_OPEN when one of this cluster is not finished, here or elsewhere */
export function beginJournal(path: string, head: JournalHead): Journal {
  const elsewhere = openJournalOf(head.clusterId);
  if (elsewhere !== undefined && elsewhere !== path && existsSync(elsewhere)) {
    const other = Journal.open(elsewhere);
    other.close();
    if (other.state.outcome === null) throw journalOpen(elsewhere, other.state.head);
  }
  const journal = Journal.create(path, head);
  markOpen(head.clusterId, path);
  return journal;
}

/** Closes a journal for good. */
export function endJournal(journal: Journal): void {
  unmarkOpen(journal.state.head.clusterId);
  journal.close();
}

/** The journal that is open for a cluster. @throws KctlError NO_JOURNAL, OTHER_CLUSTER */
export function openJournal(clusterId: string, given: string | undefined): Journal {
  const journal = lastJournal(clusterId, given);
  if (journal.state.outcome === null) return journal;
  journal.close();
  unmarkOpen(clusterId);
  throw noJournal('no reassignment by kctl is open on this cluster');
}

/** The journal of a cluster, finished or not. @throws KctlError NO_JOURNAL, OTHER_CLUSTER */
export function lastJournal(clusterId: string, given: string | undefined): Journal {
  const path = journalPath(clusterId, given);
  if (given === undefined && !existsSync(path)) {
    unmarkOpen(clusterId);
    throw noJournal('no reassignment by kctl is known of on this cluster');
  }
  const journal = Journal.open(path);
  const { head } = journal.state;
  if (head.clusterId === clusterId) return journal;
  journal.close();
  throw new KctlError(`the journal ${path} is of another cluster`, {
    code: 'OTHER_CLUSTER',
    words: `it is of ${head.clusterId}, and this is ${clusterId}`,
    hint: 'Nothing was done. Give the journal, or the address, of the same cluster.',
  });
}

/** The open journal of a cluster, to be read; undefined where none is open. */
export function findOpenJournal(
  clusterId: string,
  given: string | undefined,
): { path: string; state: JournalState } | undefined {
  try {
    const journal = openJournal(clusterId, given);
    journal.close();
    return journal;
  } catch (error) {
    if (error instanceof KctlError && error.code === 'NO_JOURNAL') return undefined;
    throw error;
  }
}
