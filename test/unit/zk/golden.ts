import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ZkWord } from '../../../src/zk/word.js';
import * as words from '../../../src/zk/words.js';

export const allWords: ZkWord[] = Object.values(words);

const root = fileURLToPath(new URL('../../golden/zookeeper', import.meta.url));

/** Every recorded answer of a real server: `3.8.4/leader/srvr`. */
export function recordings(): Array<{ name: string; word: string; bytes: Buffer }> {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.txt'))
    .sort()
    .map((path) => ({
      name: path.slice(0, -'.txt'.length),
      word: basename(path, '.txt'),
      bytes: readFileSync(`${root}/${path}`),
    }));
}

export function recording(name: string): Buffer {
  return readFileSync(`${root}/${name}.txt`);
}
