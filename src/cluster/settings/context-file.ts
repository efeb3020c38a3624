import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, KctlError, messageOf, usageError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { nearestNames } from '../../base/names.js';
import { type Context, type ContextFile, checkContextFile } from './context.js';

const maxFileBytes = 1024 * 1024;

/**
 * Reads the contexts; none where there is no file.
 * @throws KctlError exit 2 that says where and what, when it is not a file of contexts
 */
export async function readContextFile(path: string): Promise<ContextFile> {
  const text = readBounded(path);
  return text === undefined
    ? { version: 1, contexts: {} }
    : checkContextFile(await parseYaml(text, path), path);
}

/** Replaces the file by a rename, 0600: a reader never sees half of it, and nobody else reads it. */
export async function writeContextFile(path: string, file: ContextFile): Promise<void> {
  const { stringify } = await import('yaml');
  makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, stringify(checkContextFile(file, path)), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** @throws KctlError exit 4 with the nearest names, when there is no context of that name */
export function requireContext(file: ContextFile, name: string, path: string): Context {
  const context = Object.hasOwn(file.contexts, name) ? file.contexts[name] : undefined;
  if (context) return context;
  const near = nearestNames(name, Object.keys(file.contexts));
  throw new KctlError(`there is no context "${name}" in ${path}`, {
    code: 'NO_CONTEXT',
    exitCode: ExitCode.notFound,
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'See those that are there with: kctl context list',
  });
}

export function readBounded(path: string): string | undefined {
  try {
    if (statSync(path).size > maxFileBytes)
      throw usageError(`${path} is larger than 1 MiB: no file of contexts is`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof KctlError) throw error;
    throw usageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

export async function parseYaml(text: string, path: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    // Only the parser's first line: what follows quotes the file.
    throw usageError(`${path} is not YAML: ${messageOf(error).split('\n')[0]}`);
  }
}
