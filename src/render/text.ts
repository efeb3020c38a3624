import type { ChalkInstance } from 'chalk';
import { printable, printableLines } from './printable.js';
import type { Cell, Section, Tone, View } from './view.js';

export interface TextStyle {
  colour: boolean;
  /** Columns marked `wide` are shown. */
  wide: boolean;
}

type Paint = (text: string, tone: Tone) => string;

/** Colours, which have no width. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colours = /\u001b\[[\d;]*m/g;

/** Lines of letters and signs of one width each. */
const simple = /^[ -~\n]*$/;

/** Cells as they are to be shown. */
interface Grid {
  head: string[];
  rows: string[][];
  aligns: Array<'left' | 'right'>;
}

type Width = (cell: string) => number;

const plainWidth: Width = (cell) => cell.length;
const colouredWidth: Width = (cell) => cell.replace(colours, '').length;

/** As the library draws it, many times as fast; undefined where a cell has other letters, whose width it knows. */
function drawSimple({ head, rows, aligns }: Grid, widthOf: Width): string | undefined {
  const lines = head.length > 0 ? [head, ...rows] : rows;
  const widths = aligns.map(() => 0);
  for (const line of lines) {
    for (let column = 0; column < line.length; column++) {
      const width = widthOf(line[column] as string);
      if (width > (widths[column] as number)) widths[column] = width;
    }
  }
  const drawn = lines.map((line) => {
    let text = '';
    for (let column = 0; column < line.length; column++) {
      const cell = line[column] as string;
      const blanks = blanksOf((widths[column] as number) - widthOf(cell));
      if (column > 0) text += '  ';
      if (aligns[column] === 'right') text += blanks + cell;
      else text += column < line.length - 1 ? cell + blanks : cell;
    }
    return text.endsWith(' ') ? text.trimEnd() : text;
  });
  const text = drawn.join('\n');
  return simple.test(text.includes('\u001b') ? text.replace(colours, '') : text) ? text : undefined;
}

const spaces = Array.from({ length: 64 }, (_, count) => ' '.repeat(count));

function blanksOf(count: number): string {
  return spaces[count] ?? ' '.repeat(count);
}

async function drawByLibrary({ head, rows, aligns }: Grid): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const table = new CliTable({
    head,
    colAligns: aligns,
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  table.push(...rows);
  return table.toString().replace(/[ \t]+$/gm, '');
}

/** Draws a view for people: tables without rules, facts aligned. Ends in a line feed unless it is empty. */
export async function renderText(view: View, style: TextStyle): Promise<string> {
  const paint = style.colour ? await painter() : (text: string) => text;
  const widthOf = style.colour ? colouredWidth : plainWidth;
  const blocks: string[] = [];
  for (const section of view.sections) {
    const grid = gridOf(section, style, paint);
    const body = typeof grid === 'string' ? grid : (drawSimple(grid, widthOf) ?? (await drawByLibrary(grid)));
    const title = section.type === 'text' ? undefined : section.title;
    const block = title ? `${paint(printable(title), 'strong')}\n${body}` : body;
    if (block !== '') blocks.push(block);
  }
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
}

/** The cells of a section, or its text where it has none. */
function gridOf(section: Section, style: TextStyle, paint: Paint): Grid | string {
  if (section.type === 'text') return printableLines(section.text);
  if (section.type === 'facts') {
    const rows = section.facts.map(([label, value]) => [
      paint(`${printable(label)}:`, 'dim'),
      cellText(value, paint),
    ]);
    return { head: [], rows, aligns: ['left', 'left'] };
  }
  if (section.rows.length === 0) return section.whenEmpty ?? '';
  const shown = section.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => style.wide || !column.wide);
  return {
    head: shown.map(({ column }) => paint(column.header.toUpperCase(), 'dim')),
    rows: section.rows.map((row) => shown.map(({ index }) => cellText(row[index] ?? null, paint))),
    aligns: shown.map(({ column }) => column.align ?? 'left'),
  };
}

/**
 * Tab-separated values: of tables a header line and then a row a line, of facts a line each; backslashes and
 * control characters are escaped. Tables with the same columns are one.
 */
export function renderTsv(view: View): string {
  let out = '';
  let lastHeader = '';
  for (const section of view.sections) {
    if (section.type === 'table') {
      const header = line(section.columns.map((column) => column.header));
      if (header !== lastHeader) out += header;
      lastHeader = header;
      for (const row of section.rows) out += line(row.map(plain));
    } else if (section.type === 'facts' && !section.forPeople) {
      for (const [label, value] of section.facts) out += line([label, plain(value)]);
    }
  }
  return out;
}

function line(fields: string[]): string {
  return `${fields.map((field) => printable(field.replaceAll('\\', '\\\\'))).join('\t')}\n`;
}

function plain(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'object' ? cell.text : String(cell);
}

function cellText(cell: Cell, paint: Paint): string {
  if (cell === null) return '-';
  if (typeof cell === 'number') return String(cell);
  const text = printable(plain(cell));
  return typeof cell === 'object' ? paint(text, cell.tone) : text;
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

async function painter(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const colours: Record<Tone, ChalkInstance> = {
    good: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
    dim: chalk.dim,
    strong: chalk.bold,
  };
  return (text, tone) => colours[tone](text);
}
