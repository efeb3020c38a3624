import type { ListDocument, ResultDocument } from '../base/result.js';
import type { FourLetterWord, WordOptions } from '../cluster/zookeeper/four-letter.js';
import type { Section, View } from '../render/view.js';
import type { Answer } from './answer.js';
import type { Way } from './ways.js';

/** A four-letter word: how its answer is read, and what a person sees of it. */
export interface ZkWord<Data extends object = object> {
  readonly name: FourLetterWord;
  /** The kind of its document: `ZkStat`. */
  readonly kind: string;
  parse(answer: Answer): Data;
  sections(data: Data): Section[];
}

/**
 * What one server answers: `{kind: 'ZkStat', version: 1, server: 'host:port', …}`, with the way that it was learnt by
 * where the whitelist refuses the word itself.
 */
export type ZkDocument<Data extends object = object> = ResultDocument & { server: string; via?: Way } & Data;

/** What one server answers, or several do. */
export type ZkAnswers<Data extends object = object> = ZkDocument<Data> | ListDocument<ZkDocument<Data>>;

export interface ZkRehearsal extends ListDocument<{ server: string; word: FourLetterWord; result: 'valid' }> {
  dryRun: true;
  validatedBy: 'client';
}

export interface AskOptions extends WordOptions {
  /** For all servers together; 10 s where absent. */
  timeoutMs?: number | undefined;
  /** Not only the servers given, but every member that they know of. */
  all?: boolean;
  /** Of the AdminServer, which is asked where the whitelist refuses the word; 8080 where absent. */
  adminPort?: number | undefined;
}

/** A word that can be asked. */
export interface ZkQuestion<Data extends object = object> extends ZkWord<Data> {
  ask(connectString: string, options?: AskOptions): Promise<ZkAnswers<Data>>;
  /** The bytes of one server's answer as they came. */
  askRaw(connectString: string, options?: AskOptions): Promise<Uint8Array>;
  /** For words that change something: looks whether each server is there to be told, and tells none. */
  rehearse(connectString: string, options?: AskOptions): Promise<{ document: ZkRehearsal; view: View }>;
  view(answers: ZkAnswers<Data>): View;
}
