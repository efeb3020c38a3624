import { KctlError } from '../base/errors.js';
import { addWatch } from '../protocol/zookeeper/operations.js';
import { unlessMissing, type Znodes } from './client.js';
import { jsonData } from './stat.js';
import type { ZnodeEvent } from './types.js';

export interface WatchOptions {
  /** Everything below the path too (ZooKeeper 3.6). */
  recursive: boolean;
  /** Ends after so many changes. */
  maxEvents?: number | undefined;
  signal: AbortSignal;
  write(event: ZnodeEvent): Promise<void>;
  /** Told what a reader must know of the stream itself. */
  note(text: string): void;
}

/** What is known of the znode: from its difference comes the next event. */
interface Seen {
  mzxid: string | undefined;
  czxid: string | undefined;
  children: string | undefined;
}

/**
 * Tells a znode's changes until it is interrupted. One znode is watched by single watches that are set again by
 * reading it: what is told is how it is now, and several changes in a moment may be told as one. With `recursive`
 * the server tells each change below it by a persistent watch; those made while the connection was lost are not.
 * @throws KctlError exit 3 when no server can be had any more
 */
export async function watchZnode(znodes: Znodes, path: string, options: WatchOptions): Promise<void> {
  const turns = new Turns();
  options.signal.addEventListener('abort', () => turns.end());
  znodes.session.ended.catch((error) => turns.fail(error));
  const changed = options.recursive
    ? await watchTree(znodes, path, turns, options)
    : await watchOne(znodes, path, turns, options);
  let count = 0;
  for await (const event of changed) {
    await options.write(event);
    const initial = event.event === 'present' || event.event === 'absent';
    if (!initial && ++count === options.maxEvents) return;
  }
}

async function watchOne(znodes: Znodes, path: string, turns: Turns, options: WatchOptions) {
  znodes.session.onEvent = () => turns.give({});
  znodes.session.onReconnect = () => {
    options.note('connected again: the watch is set anew');
    turns.give({});
  };
  turns.give({});
  return (async function* () {
    let seen: Seen | undefined;
    for await (const _ of turns) {
      const { event, now } = await look(znodes, path, seen);
      seen = now;
      if (event) yield event;
    }
  })();
}

/** Reads the znode with watches set, and tells what is other than before. */
async function look(
  znodes: Znodes,
  path: string,
  seen: Seen | undefined,
): Promise<{ event?: ZnodeEvent; now: Seen }> {
  const stat = await znodes.find(path, true);
  const [content, list] = stat
    ? await Promise.all(
        [znodes.get(path, true), znodes.children(path, true)].map((each) => each.catch(unlessMissing)),
      )
    : [];
  const found = content && 'data' in content ? content : undefined;
  const children = list && 'children' in list ? list.children : undefined;
  const now: Seen = {
    mzxid: found?.stat.mzxid,
    czxid: found?.stat.czxid,
    children: children?.join('/'),
  };
  const kind = difference(seen, now);
  if (kind === undefined) return { now };
  const event: ZnodeEvent = {
    kind: 'ZnodeEvent',
    version: 1,
    event: kind,
    path,
    timestamp: Date.now(),
    ...(found ? { ...jsonData(found.data), stat: found.stat } : { data: null }),
    ...(children && { children }),
  };
  return { event, now };
}

/** Pure: which event leads from one state to the next. */
export function difference(seen: Seen | undefined, now: Seen): ZnodeEvent['event'] | undefined {
  const there = now.czxid !== undefined;
  if (!seen) return there ? 'present' : 'absent';
  if (!there) return seen.czxid === undefined ? undefined : 'deleted';
  if (seen.czxid !== now.czxid) return 'created';
  if (seen.mzxid !== now.mzxid) return 'changed';
  return seen.children === now.children ? undefined : 'children';
}

const eventNames: Record<number, ZnodeEvent['event']> = { 1: 'created', 2: 'deleted', 3: 'changed' };

async function watchTree(znodes: Znodes, path: string, turns: Turns, options: WatchOptions) {
  const arm = () => znodes.at(addWatch, { path, mode: 1 });
  await arm().catch((error) => {
    if (error instanceof KctlError && error.code === 'UNIMPLEMENTED') {
      throw new KctlError('--recursive needs ZooKeeper 3.6 on the server', { code: 'UNIMPLEMENTED' });
    }
    throw error;
  });
  znodes.session.onEvent = (event) => turns.give(event);
  znodes.session.onReconnect = () => {
    options.note('connected again: changes made meanwhile were not told');
    arm().catch((error) => turns.fail(error));
  };
  return (async function* () {
    for await (const { path: at, type } of turns) {
      const name = eventNames[type ?? 0];
      if (name === undefined || at === undefined) continue;
      const content = name === 'deleted' ? undefined : await znodes.get(at).catch(unlessMissing);
      const event: ZnodeEvent = {
        kind: 'ZnodeEvent',
        version: 1,
        event: name,
        path: at,
        timestamp: Date.now(),
        ...(content ? { ...jsonData(content.data), stat: content.stat } : { data: null }),
      };
      yield event;
    }
  })();
}

type Turn = { path?: string; type?: number };

/** What has happened, one after another, until it ends. */
class Turns implements AsyncIterable<Turn> {
  readonly #queue: Turn[] = [];
  #over = false;
  #error: unknown;
  #wake: () => void = () => {};

  give(turn: Turn): void {
    this.#queue.push(turn);
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#error = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Turn> {
    for (;;) {
      const turn = this.#over ? undefined : this.#queue.shift();
      if (turn) yield turn;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#over) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
