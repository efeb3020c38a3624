import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { makeFolder } from '../base/folder.js';
import { renderJson } from '../base/json.js';
import {
  advance,
  invalidJournal,
  type JournalEvent,
  type JournalHead,
  type JournalState,
  openingState,
  parseEvent,
  parseHead,
} from './run/journal-state.js';

/** A larger file is no journal. */
const mostBytes = 512 * 1024 * 1024;

/**
 * The file that a run is written down in: NDJSON, only ever appended to, readable by its owner only, on the disk
 * before what a line tells of is done. A last line that is torn was never acted upon, and is left out.
 * Other processes may ask for something by a line of their own (`throttle`, `cancel`); `refresh` reads these.
 */
export class Journal {
  #readBytes = 0;

  private constructor(
    readonly path: string,
    readonly state: JournalState,
    readonly fd: number,
  ) {}

  /** @throws KctlError JOURNAL_OPEN when there is one that is not finished; one that is steps aside as PATH.previous */
  static create(path: string, head: JournalHead): Journal {
    makeFolder(dirname(path));
    if (existsSync(path)) {
      const old = Journal.open(path);
      old.close();
      if (old.state.outcome === null) throw journalOpen(path, old.state.head);
      renameSync(path, `${path}.previous`);
    }
    const fd = guarded(path, () => openSync(path, 'ax+', 0o600));
    const journal = new Journal(path, openingState(head), fd);
    journal.#write(`${renderJson(head, 0)}\n`);
    journal.#readBytes = fstatSync(fd).size;
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return journal;
  }

  /** Opens one to go on with it. @throws KctlError NO_JOURNAL, INVALID_JOURNAL */
  static open(path: string): Journal {
    if (!existsSync(path)) throw noJournal(`there is no journal ${path}`);
    const fd = guarded(path, () => openSync(path, constants.O_RDWR | constants.O_APPEND));
    try {
      if (fstatSync(fd).size > mostBytes) throw invalidJournal('it is larger than 512 MiB');
      const { lines, bytes } = readLines(fd, 0);
      const [first = '', ...others] = lines;
      const head = parseHead(first);
      const journal = new Journal(path, openingState(head), fd);
      for (const line of others) advance(journal.state, parseEvent(line, head));
      journal.#readBytes = bytes;
      return journal;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Cuts off a torn line. Only whoever holds the lock may. */
  mend(): void {
    if (fstatSync(this.fd).size > this.#readBytes) ftruncateSync(this.fd, this.#readBytes);
  }

  /** Writes an event down; when this returns, it is on the disk. */
  append(event: JournalEvent): void {
    this.#write(`${renderJson({ at: Date.now(), ...event }, 0)}\n`);
    this.refresh();
  }

  /** Reads what has been written since, by whoever it was. */
  refresh(): void {
    if (fstatSync(this.fd).size <= this.#readBytes) return;
    const { lines, bytes } = readLines(this.fd, this.#readBytes);
    for (const line of lines) advance(this.state, parseEvent(line, this.state.head));
    this.#readBytes += bytes;
  }

  close(): void {
    closeSync(this.fd);
  }

  #write(line: string): void {
    guarded(this.path, () => {
      const bytes = Buffer.from(line);
      for (let written = 0; written < bytes.length; ) written += writeSync(this.fd, bytes, written);
      fsyncSync(this.fd);
    });
  }
}

/** The whole lines from a place in the file on, and how many bytes they take. */
function readLines(fd: number, from: number): { lines: string[]; bytes: number } {
  const buffer = Buffer.alloc(Math.max(0, fstatSync(fd).size - from));
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(fd, buffer, length, buffer.length - length, from + length);
    if (read === 0) break;
    length += read;
  }
  const bytes = buffer.subarray(0, length).lastIndexOf(0x0a) + 1;
  return { lines: buffer.toString('utf8', 0, bytes).split('\n').slice(0, -1), bytes };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new KctlError(`the journal ${path} cannot be written`, {
      code: (error as NodeJS.ErrnoException).code ?? 'JOURNAL_UNWRITABLE',
      words: messageOf(error),
      hint: 'Nothing was moved beyond what it holds. Another place for it is given with --journal.',
    });
  }
}

export function noJournal(message: string): KctlError {
  return new KctlError(message, {
    code: 'NO_JOURNAL',
    exitCode: ExitCode.notFound,
    hint: 'See what is under way with "kctl reassign status"; "kctl reassign adopt" takes over what others began.',
  });
}

export function journalOpen(path: string, { intent, clusterId }: JournalHead): KctlError {
  return new KctlError(`a reassignment of this cluster is not finished: ${intent}`, {
    code: 'JOURNAL_OPEN',
    words: `its journal is ${path}, of cluster ${clusterId}`,
    hint: 'Go on with "kctl reassign resume", or take it back with "kctl reassign cancel".',
  });
}
