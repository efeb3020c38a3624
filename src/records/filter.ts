import { usageError } from '../base/errors.js';
import { indexOfText } from '../protocol/records/line-decoder.js';
import type { ReadRecord, RecordOrigin } from './format.js';

/** Whether a record is wanted. */
export interface RecordFilter {
  (record: ReadRecord, origin: RecordOrigin): boolean;
  /** A place in `bytes`, not before `from`: no record that ends by it is wanted. */
  nothingUpTo?(bytes: Buffer, from: number): number;
}

/** All of them hold; the cheapest should be first. Undefined without any. */
export function allOf(filters: RecordFilter[]): RecordFilter | undefined {
  const [first, second, ...more] = filters;
  if (!first || !second) return first;
  const both = (record: ReadRecord, origin: RecordOrigin) => first(record, origin) && second(record, origin);
  const { nothingUpTo } = first.nothingUpTo ? first : second;
  return allOf([nothingUpTo ? Object.assign(both, { nothingUpTo }) : both, ...more]);
}

/** Records with exactly this key. */
export function keyIs(key: string): RecordFilter {
  const wanted = Buffer.from(key);
  return ({ bytes, keyStart, keyEnd }) =>
    keyStart >= 0 && keyEnd - keyStart === wanted.length && wanted.compare(bytes, keyStart, keyEnd) === 0;
}

/**
 * Records whose value has a match for a regular expression. Text that each match has to contain is looked for in the
 * bytes of many records at once, before anything is decoded; most records are dismissed by that.
 * @throws a usage error for what is no regular expression, or could take for ever
 */
export async function valueMatches(pattern: string): Promise<RecordFilter> {
  const isLiteral = !/[\\^$.*+?()[\]{}|]/.test(pattern);
  const literal = isLiteral ? pattern : requiredText(pattern);
  const contains = literal === '' ? undefined : new BytesFinder(Buffer.from(literal));
  const nothingUpTo = (bytes: Buffer, from: number) => contains?.find(bytes, from) ?? from;
  if (contains && isLiteral)
    return Object.assign((record: ReadRecord) => contains.isInValue(record), { nothingUpTo });
  const quickBytes = quickUpTo(pattern);
  const linear = await linearRegExp(pattern, quickBytes > 0);
  const quick = quickBytes > 0 ? new RegExp(pattern, 's') : linear;
  const matches: RecordFilter = ({ bytes, valueStart, valueEnd }) =>
    valueStart >= 0 &&
    (valueEnd - valueStart <= quickBytes ? quick : linear).test(bytes.toString('utf8', valueStart, valueEnd));
  if (!contains) return matches;
  const both = (record: ReadRecord, origin: RecordOrigin) =>
    contains.isInValue(record) && matches(record, origin);
  return Object.assign(both, { nothingUpTo });
}

/** Looks for bytes in values, through all of the buffer that they lie in, and remembers where it found them next. */
class BytesFinder {
  #bytes: Buffer | undefined;
  #from = 0;
  #found = 0;

  constructor(private readonly wanted: Buffer) {}

  /** Where they are found first from there on; infinite where they are not. */
  find(bytes: Buffer, from: number): number {
    const isBehind = bytes === this.#bytes && from >= this.#from;
    if (!isBehind || this.#found < from) {
      this.#bytes = bytes;
      const at = indexOfText(bytes, this.wanted, from);
      this.#found = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    this.#from = from;
    return this.#found;
  }

  isInValue({ bytes, valueStart, valueEnd }: ReadRecord): boolean {
    return valueStart >= 0 && this.find(bytes, valueStart) + this.wanted.length <= valueEnd;
  }
}

/**
 * A regular expression whose matching takes time in proportion to the text. V8 begins with backtracking, and changes
 * to its engine without it when that goes on for too long; what that engine cannot do is refused.
 * @param never never begins with backtracking: the limit to it keeps V8 from compiling any expression to machine code
 */
export async function linearRegExp(pattern: string, never = false): Promise<RegExp> {
  const { setFlagsFromString } = await import('node:v8');
  if (!never) setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString('--enable-experimental-regexp-engine');
  let regExp: RegExp;
  try {
    regExp = new RegExp(pattern, 's');
  } catch (error) {
    throw usageError(`"${pattern}" is not a regular expression`, String((error as Error).message));
  }
  try {
    const linear = new RegExp(pattern, 'sl');
    if (never) return linear;
  } catch {
    throw usageError(
      `"${pattern}" could take for ever to match`,
      'Do without references to groups, looking ahead and behind, and counts in hundreds.',
    );
  }
  return regExp;
}

/** Steps that backtracking may take in one text: some milliseconds. */
const mostSteps = 2 ** 22;

/**
 * The length of text up to which backtracking is sure to be quick; 0 where it never is. Without a quantifier on a group
 * (and so none inside another) no text of n bytes takes more than n steps for its start and for each quantifier
 * without a bound, multiplied, and twice that for each choice.
 */
export function quickUpTo(pattern: string): number {
  let powers = 1;
  let steps = mostSteps;
  for (const [sign] of pattern.matchAll(signs)) {
    if (sign.startsWith(')') || sign === '(?' || /^\\[1-9k]/.test(sign)) return 0;
    if (sign === '?' || sign === '|') steps /= 2;
    else if (/^[*+{]/.test(sign)) powers += 1;
  }
  return Math.floor(steps ** (1 / powers));
}

/** A quantifier on a group, the beginning of a group of another kind, an escape, a class, a quantifier, a choice. */
const signs =
  /\)[*+?{]|\(\?(?::|<\w+>)?|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[*+]\??|\{\d+(?:,\d*)?\}\??|\?|\|/g;

/** The longest text that every match of a regular expression contains; empty when that is not plain to see. */
export function requiredText(pattern: string): string {
  if (pattern.includes('|')) return '';
  let longest = '';
  let run = '';
  const end = () => {
    if (run.length > longest.length) longest = run;
    run = '';
  };
  for (const [piece, escaped, plain, quantifier] of pattern.matchAll(pieces)) {
    const text = escaped ?? plain;
    // What a letter behind a backslash means may reach further than the two.
    if (text === undefined && /^\\/.test(piece)) break;
    if (text !== undefined && /^(\+|$)/.test(quantifier ?? '')) run += text;
    if (text === undefined || quantifier) end();
  }
  end();
  return longest;
}

/** An escaped sign, a plain character, either with what says how often; a class, a group, or one sign of another meaning. */
const pieces =
  /(?:\\([^\w\s])|([^\\^$.*+?()[\]{}]))([*+?]|\{\d+(?:,\d*)?\})?|(?:\[(?:\\.|[^\]\\])*\]|\([\s\S]*\)|\\\w?|[\s\S])(?:\{\d+(?:,\d*)?\})?/gu;
