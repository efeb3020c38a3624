import jsep from 'jsep';
import { type KctlError, messageOf, usageError } from '../base/errors.js';
import { parseJson } from '../base/json.js';
import { nearestNames } from '../base/names.js';
import type { Codec, Codecs } from './codecs/codec.js';
import { linearRegExp, type RecordFilter } from './filter.js';
import type { ReadRecord, RecordOrigin } from './format.js';

/** Gives what a part of an expression is for one record. */
type Evaluate = (record: ReadRecord, origin: RecordOrigin) => unknown;

const hint = `For example: --where 'value.user.id == 42 && headers.trace ~ "abc"'`;
const ownOperators = ['~', '!~'];

/**
 * Compiles an expression such as `value.user.id == 42 && headers.trace ~ "abc"`. Nothing in it can call anything, or
 * reach what is no data of the record. What is missing is null, and no comparison with another type holds.
 * @throws a usage error for what is no such expression
 */
export async function recordsWhere(expression: string, codecs: Codecs): Promise<RecordFilter> {
  for (const operator of ownOperators) jsep.addBinaryOp(operator, 6);
  let parsed: jsep.Expression;
  try {
    parsed = jsep(expression);
  } catch (error) {
    throw usageError(`--where: ${messageOf(error)}`, hint);
  }
  const evaluate = await compile(parsed, namesOf(codecs));
  return (record, origin) => Boolean(evaluate(record, origin));
}

/** A name by itself is what it says; before a dot or a bracket it is what it holds. */
interface Name {
  itself: Evaluate;
  holding?: Evaluate;
}

function namesOf(codecs: Codecs): Record<string, Name> {
  return {
    topic: { itself: (_, { topic }) => topic },
    partition: { itself: (_, { partition }) => partition },
    offset: { itself: ({ offset }) => offset },
    timestamp: { itself: ({ timestampMs }) => (timestampMs === -1 ? null : timestampMs) },
    key: data(codecs.key, (record) => textOf(record.bytes, record.keyStart, record.keyEnd)),
    value: data(codecs.value, (record) => textOf(record.bytes, record.valueStart, record.valueEnd)),
    headers: { itself: headersOf },
  };
}

function textOf(bytes: Buffer, start: number, end: number): Buffer | null {
  return start < 0 ? null : bytes.subarray(start, end);
}

/** By itself the text, or the number or truth that it decodes to; holding, what was decoded, or else read as JSON. */
function data(codec: Codec | undefined, bytesOf: (record: ReadRecord) => Buffer | null): Name {
  const decode = (bytes: Buffer, record: ReadRecord): unknown => {
    try {
      return codec
        ? codec.decode(bytes, textOf(record.bytes, record.keyStart, record.keyEnd))
        : /^\s*[[{]/.test(bytes.toString('latin1', 0, 8)) && parseJson(bytes.toString());
    } catch {
      return null;
    }
  };
  const itself: Evaluate = (record) => {
    const bytes = bytesOf(record);
    if (bytes === null) return null;
    const decoded = codec ? decode(bytes, record) : null;
    return decoded === null || typeof decoded === 'object' ? bytes.toString() : decoded;
  };
  const holding: Evaluate = (record) => {
    const bytes = bytesOf(record);
    return bytes && decode(bytes, record);
  };
  return { itself, holding };
}

/** Of several headers with one name it is the last, as in Kafka's `Headers.lastHeader`. */
function headersOf(record: ReadRecord): Record<string, string | null> {
  if (record.headerCount === 0) return {};
  return Object.fromEntries(
    record.headers().map(({ key, value }) => [key.toString(), value?.toString() ?? null]),
  );
}

async function compile(node: jsep.Expression, names: Record<string, Name>): Promise<Evaluate> {
  const part = (name: string) => compile(node[name] as jsep.Expression, names);
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      return () => value;
    }
    case 'Identifier': {
      const name = String(node.name);
      const known = Object.hasOwn(names, name) ? names[name] : undefined;
      if (known) return known.itself;
      const [near] = nearestNames(name, Object.keys(names));
      throw usageError(
        `--where: "${name}" is nothing of a record`,
        near ? `Did you mean ${near}?` : `Known are ${Object.keys(names).join(', ')}; text stands in quotes.`,
      );
    }
    case 'MemberExpression': {
      const { type, name } = node.object as jsep.Expression;
      const isName = type === 'Identifier' && Object.hasOwn(names, String(name));
      const object = (isName ? names[String(name)]?.holding : undefined) ?? (await part('object'));
      const property = node.computed ? await part('property') : nameOf(node.property as jsep.Expression);
      return (record, origin) => memberOf(object(record, origin), property(record, origin));
    }
    case 'UnaryExpression':
      return unary(String(node.operator), await part('argument'));
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const operator = String(node.operator);
      if (ownOperators.includes(operator))
        return match(operator, await part('left'), node.right as jsep.Expression);
      return binary(operator, await part('left'), await part('right'));
    }
    default:
      throw usageError('--where: this is not understood', hint);
  }
}

function nameOf({ name }: jsep.Expression): Evaluate {
  return () => name;
}

/** Only what the data itself has: nothing that it inherits. */
function memberOf(object: unknown, property: unknown): unknown {
  if (typeof object !== 'object' || object === null) return null;
  const name = String(property);
  return Object.hasOwn(object, name) ? ((object as Record<string, unknown>)[name] ?? null) : null;
}

async function match(operator: string, left: Evaluate, right: jsep.Expression): Promise<Evaluate> {
  if (right.type !== 'Literal' || typeof right.value !== 'string')
    throw usageError(`--where: behind ${operator} stands a regular expression in quotes`, hint);
  const regExp = await linearRegExp(right.value);
  const wanted = operator === '~';
  return (record, origin) => {
    const text = left(record, origin);
    const isText = typeof text === 'string' || typeof text === 'number' || typeof text === 'bigint';
    return isText && regExp.test(String(text)) === wanted;
  };
}

function unary(operator: string, argument: Evaluate): Evaluate {
  if (operator === '!') return (record, origin) => !argument(record, origin);
  if (operator === '-')
    return (record, origin) => {
      const value = argument(record, origin);
      return isNumber(value) ? -value : null;
    };
  throw unknownOperator(operator);
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

const comparisons: Record<
  string,
  (left: number | bigint | string, right: number | bigint | string) => boolean
> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const arithmetic: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

function binary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '&&') return (record, origin) => left(record, origin) && right(record, origin);
  if (operator === '||') return (record, origin) => left(record, origin) || right(record, origin);
  if (operator === '==') return (record, origin) => isSame(left(record, origin), right(record, origin));
  if (operator === '!=') return (record, origin) => !isSame(left(record, origin), right(record, origin));
  const compare = comparisons[operator];
  if (compare) {
    return (record, origin) => {
      const [a, b] = [left(record, origin), right(record, origin)];
      const areAlike = (isNumber(a) && isNumber(b)) || (typeof a === 'string' && typeof b === 'string');
      return areAlike && compare(a, b);
    };
  }
  const calculate = arithmetic[operator];
  if (!calculate) throw unknownOperator(operator);
  return (record, origin) => {
    const [a, b] = [left(record, origin), right(record, origin)];
    return isNumber(a) && isNumber(b) ? calculate(Number(a), Number(b)) : null;
  };
}

/** A bigint is the number that it is; nothing else is changed to be compared. */
function isSame(left: unknown, right: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: only between a number and a bigint
  return isNumber(left) && isNumber(right) ? left == right : left === right;
}

function unknownOperator(operator: string): KctlError {
  return usageError(
    `--where: "${operator}" is no operator here`,
    'Known are == != < <= > >= ~ !~ && || ! + - * / %.',
  );
}
