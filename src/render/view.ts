/**
 * A view says what a person should see of a result, without saying how it is drawn: each resource turns its
 * document into one, purely, and `render/` draws it as a table, as TSV or as names.
 */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong';

export interface TonedCell {
  text: string;
  tone: Tone;
}
export type Cell = string | number | bigint | boolean | null | TonedCell;

export interface Column {
  header: string;
  align?: 'right';
  /** Shown by `-o wide` and `-o tsv` only. */
  wide?: boolean;
}

export interface TableSection {
  type: 'table';
  title?: string;
  columns: Column[];
  rows: Cell[][];
  /** Said in place of an empty table. */
  whenEmpty?: string;
}

/** Labelled facts about one thing, a line each. */
export interface FactsSection {
  type: 'facts';
  title?: string;
  facts: Array<[label: string, value: Cell]>;
  /** Left out of TSV, where they would stand between the rows of tables. */
  forPeople?: boolean;
}

export interface TextSection {
  type: 'text';
  text: string;
}

export type Section = TableSection | FactsSection | TextSection;

export interface View {
  /** Taken once, one after another: of what is long each is best made when it is drawn. */
  sections: Iterable<Section>;
  /** What `-o name` prints, a line each. */
  names: string[];
  /** Forms that only few results have. */
  special?: Record<SpecialFormat, string>;
}

/** `env`: lines for a shell's eval; `properties`: a Java client.properties. */
export const specialFormats = ['env', 'properties'] as const;
export type SpecialFormat = (typeof specialFormats)[number];

export function toned(text: string | number | bigint, tone: Tone): TonedCell {
  return { text: String(text), tone };
}
