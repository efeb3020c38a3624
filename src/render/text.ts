import type { ChalkInstance } from 'chalk';
import { printable, printableLines } from './printable.js';
import type { Cell, Column, FactsSection, Section, TableSection, Tone, View } from './view.js';

export interface TextStyle {
  colour: boolean;
  /** Columns marked `wide` are shown. */
  wide: boolean;
}

type Paint = (text: string, tone: Tone) => string;

/** Colours, which have no width. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colours = /\u001b\[[\d;]*m/g;

/** The width of what has letters and signs of one width each, and colours; undefined of what has others. */
function asciiWidth(cell: string): number | undefined {
  const bare = cell.includes('\u001b') ? cell.replace(colours, '') : cell;
  for (let index = 0; index < bare.length; index++) {
    const code = bare.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return undefined;
  }
  return bare.length;
}

/** As the library draws it, many times as fast; undefined where a cell has other letters, whose width it knows. */
function asciiTable(head: string[], rows: string[][], aligns: Array<'left' | 'right'>): string | undefined {
  const lines = head.length > 0 ? [head, ...rows] : rows;
  const widths = aligns.map(() => 0);
  for (const line of lines) {
    for (let column = 0; column < line.length; column++) {
      const width = asciiWidth(line[column] ?? '');
      if (width === undefined) return undefined;
      if (width > (widths[column] ?? 0)) widths[column] = width;
    }
  }
  const drawLine = (line: string[]): string => {
    let text = '';
    for (let column = 0; column < line.length; column++) {
      const cell = line[column] ?? '';
      // Signs of colours are letters to padding.
      const bare = cell.includes('\u001b') ? (asciiWidth(cell) ?? 0) : cell.length;
      const blanks = ' '.repeat((widths[column] ?? 0) - bare);
      if (column > 0) text += '  ';
      if (aligns[column] === 'right') text += blanks + cell;
      else text += column < line.length - 1 ? cell + blanks : cell;
    }
    const last = line.at(-1) ?? '';
    return last === '' || last.endsWith(' ') ? text.trimEnd() : text;
  };
  return lines.map(drawLine).join('\n');
}

/** Draws a view for people: tables without rules, facts aligned. Ends in a line feed unless it is empty. */
export async function renderText(view: View, style: TextStyle): Promise<string> {
  const paint = style.colour ? await painter() : (text: string) => text;
  const drawTable = async (
    head: string[],
    rows: string[][],
    aligns: Array<'left' | 'right'>,
  ): Promise<string> => {
    const plain = asciiTable(head, rows, aligns);
    if (plain !== undefined) return plain;
    const { default: CliTable } = await import('cli-table3');
    const table = new CliTable({
      head,
      colAligns: aligns,
      chars: borderless,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    });
    table.push(...rows);
    return table.toString().replace(/[ \t]+$/gm, '');
  };
  const draw = async (section: Section): Promise<string> => {
    if (section.type === 'text') return printableLines(section.text);
    const body =
      section.type === 'facts'
        ? await drawFacts(section, paint, drawTable)
        : await drawRows(section, style, paint, drawTable);
    return section.title ? `${paint(printable(section.title), 'strong')}\n${body}` : body;
  };
  const blocks: string[] = [];
  for (const section of view.sections) {
    const block = await draw(section);
    if (block !== '') blocks.push(block);
  }
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
}

type DrawTable = (head: string[], rows: string[][], aligns: Array<'left' | 'right'>) => Promise<string>;

function drawFacts(section: FactsSection, paint: Paint, drawTable: DrawTable): Promise<string> {
  const rows = section.facts.map(([label, value]) => [
    paint(`${printable(label)}:`, 'dim'),
    cellText(value, paint),
  ]);
  return drawTable([], rows, ['left', 'left']);
}

async function drawRows(
  section: TableSection,
  style: TextStyle,
  paint: Paint,
  drawTable: DrawTable,
): Promise<string> {
  if (section.rows.length === 0) return section.whenEmpty ?? '';
  const shown = section.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => style.wide || !column.wide);
  const head = shown.map(({ column }) => paint(column.header.toUpperCase(), 'dim'));
  const rows = section.rows.map((row) => shown.map(({ index }) => cellText(row[index] ?? null, paint)));
  return drawTable(
    head,
    rows,
    shown.map(({ column }) => alignOf(column)),
  );
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
      for (const row of section.rows) out += line(row.map((cell) => plain(cell, '')));
    } else if (section.type === 'facts' && !section.forPeople) {
      for (const [label, value] of section.facts) out += line([label, plain(value, '')]);
    }
  }
  return out;
}

function line(fields: string[]): string {
  return `${fields.map((field) => printable(field.replaceAll('\\', '\\\\'))).join('\t')}\n`;
}

function plain(cell: Cell, whenNull: string): string {
  if (cell === null) return whenNull;
  return typeof cell === 'object' ? cell.text : String(cell);
}

function cellText(cell: Cell, paint: Paint): string {
  if (typeof cell === 'number') return String(cell);
  const text = printable(plain(cell, '-'));
  return cell !== null && typeof cell === 'object' ? paint(text, cell.tone) : text;
}

function alignOf(column: Column): 'left' | 'right' {
  return column.align ?? 'left';
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
