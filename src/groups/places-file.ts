import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, usageError } from '../base/errors.js';
import { makeFolder } from '../base/folder.js';
import type { GroupPlace } from './reset-types.js';

const largestFileBytes = 64 * 1024 * 1024;

/**
 * Reads offsets: Kafka's CSV (`topic,partition,offset`, or with the group in front of it), or the JSON document that
 * `groups export -o json` prints.
 * @param path `-` is standard input
 */
export async function readPlaces(path: string): Promise<GroupPlace[]> {
  const bytes = await readFile(path === '-' ? '/dev/stdin' : path).catch((error) => {
    throw usageError(`--from-file cannot be read: ${messageOf(error)}`);
  });
  if (bytes.length > largestFileBytes) throw usageError(`${path} is larger than ${largestFileBytes} bytes`);
  return parsePlaces(bytes.toString('utf8'), path);
}

/** @param name of the file, for messages */
export function parsePlaces(text: string, name: string): GroupPlace[] {
  try {
    if (text.trimStart().startsWith('{')) {
      const { items } = JSON.parse(text) as { items?: unknown };
      if (!Array.isArray(items)) throw new Error('it has no list of items');
      return items.map((item: GroupPlace) => checked(item, JSON.stringify(item)));
    }
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map(parseLine);
  } catch (error) {
    throw usageError(
      `${name} does not list offsets: ${messageOf(error)}`,
      'Write topic,partition,offset a line.',
    );
  }
}

function parseLine(line: string): GroupPlace {
  const fields = line.split(',').map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
  const [offset = '', partition = '', topic = '', group] = fields.reverse();
  const place = { topic, partition: integer(partition), offset: integer(offset) };
  if (fields.length < 3 || fields.length > 4) throw new Error(`"${line}" has ${fields.length} fields`);
  return checked({ ...place, ...(group ? { group } : {}) }, line);
}

function integer(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function checked({ group, topic, partition, offset }: GroupPlace, source: string): GroupPlace {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
  if (typeof topic !== 'string' || topic === '' || !isCount(partition) || !isCount(offset))
    throw new Error(`"${source}" is not a topic, a partition and an offset`);
  return { topic, partition, offset, ...(typeof group === 'string' ? { group } : {}) };
}

/** Kafka's CSV with the group in front, so that one file may hold several. */
export function renderPlaces(places: ReadonlyArray<Required<GroupPlace>>): string {
  return places
    .map(({ group, topic, partition, offset }) => {
      const name = /[",\n]/.test(group) ? `"${group}"` : group;
      return `${name},${topic},${partition},${offset}\n`;
    })
    .join('');
}

/** Writes a file that nobody else may read, and never over one that is there. */
export async function writePlaces(path: string, places: ReadonlyArray<Required<GroupPlace>>): Promise<void> {
  makeFolder(dirname(path));
  await writeFile(path, renderPlaces(places), { mode: 0o600, flag: 'wx' });
}
