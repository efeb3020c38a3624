import { usageError } from './errors.js';
import { findWord } from './names.js';

/** A value of a file that a person wrote, together with its place, which errors name. */
export class FileNode {
  readonly #fields: Record<string, unknown>;

  constructor(
    value: unknown,
    private readonly place: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw usageError(`${place} is not a mapping of names to values`);
    this.#fields = value as Record<string, unknown>;
  }

  only(...names: string[]): void {
    const unknown = Object.keys(this.#fields).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw usageError(`${this.place} has no "${unknown}"`, `It may have ${names.join(', ')}.`);
  }

  list(name: string): FileNode[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'is not a list');
    return value.map((item, index) => new FileNode(item, `${name}[${index}]`));
  }

  child(name: string): FileNode {
    return new FileNode(this.#fields[name], `${this.place}.${name}`);
  }

  text(name: string, otherwise?: string): string {
    const value = this.#fields[name] ?? otherwise;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value === '') throw this.#wrong(name, 'is not a text');
    return value;
  }

  texts(name: string): Record<string, string> {
    const node = new FileNode(this.#fields[name] ?? {}, `${this.place}.${name}`);
    return Object.fromEntries(
      Object.entries(node.#fields).map(([key, value]) => {
        if (!['string', 'number', 'boolean'].includes(typeof value)) throw node.#wrong(key, 'is not a text');
        return [key, String(value)];
      }),
    );
  }

  count(name: string, least: number): number | undefined {
    const value = this.#fields[name];
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value) || Number(value) < least)
      throw this.#wrong(name, `is not a number from ${least} on`);
    return Number(value);
  }

  data(name: string): string | null {
    const value = this.#fields[name] ?? null;
    return value === null || typeof value === 'string' ? value : JSON.stringify(value);
  }

  word<Word extends string>(name: string, words: Record<Word, number>, otherwise?: Word): Word {
    return this.#known(name, this.text(name, otherwise), words);
  }

  words<Word extends string>(name: string, words: Record<Word, number>): Word[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong(name, 'is not a list');
    return value.map((word) => this.#known(name, String(word), words));
  }

  #known<Word extends string>(name: string, text: string, words: Record<Word, number>): Word {
    const known = Object.keys(words) as Word[];
    const found = findWord(known, text);
    if (found === undefined) throw this.#wrong(name, `is "${text}", and can be ${known.join(', ')}`);
    return found;
  }

  #wrong(name: string, what: string): Error {
    return usageError(`${this.place}.${name} ${what}`);
  }
}
