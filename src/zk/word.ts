import type { ResultDocument } from '../base/result.js';
import type { FourLetterWord } from '../cluster/zookeeper/four-letter.js';
import type { Section } from '../render/view.js';
import type { Answer } from './answer.js';

/** A four-letter word: how its answer is read, and what a person sees of it. */
export interface ZkWord<Data extends object = object> {
  readonly name: FourLetterWord;
  /** The kind of its document: `ZkStat`. */
  readonly kind: string;
  parse(answer: Answer): Data;
  sections(data: Data): Section[];
}

/** What one server answers: `{kind: 'ZkStat', version: 1, server: 'host:port', …}`. */
export type ZkDocument<Data extends object = object> = ResultDocument & { server: string } & Data;
