import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { usageError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { listDocument } from '../../base/result.js';
import type { Context, SecretSource } from '../../cluster/settings/context.js';
import { readBounded, readContextFile, writeContextFile } from '../../cluster/settings/context-file.js';
import { configFile } from '../../cluster/settings/paths.js';
import { withNew } from '../operations.js';
import type { ContextChangeList } from '../types.js';
import { formatOf, type ImportFormat, importFormats } from './formats.js';
import { type ForeignContext, readForeign } from './read.js';

interface ImportOptions {
  from?: ImportFormat | undefined;
  /** For a file that names none. */
  name?: string | undefined;
  dryRun: boolean;
}

/** Adds the contexts of another tool's file; all of them, or none where one of that name is there already. */
export async function importContexts(file: string, options: ImportOptions): Promise<ContextChangeList> {
  const text = readBounded(file);
  if (text === undefined) throw usageError(`there is no file ${file}`);
  const format = options.from ?? formatOf(file, text);
  if (!format)
    throw usageError(
      `${file} is not a file that kctl knows`,
      `Say whose it is with --from: ${importFormats.join(', ')}.`,
    );
  const path = configFile();
  const found = await readForeign(format, file, text);
  if (found.length === 0) throw usageError(`${file} has no clusters in it`);
  const named = found.map((each) => ({ ...each, name: nameOf(each, file, options) }));
  let contexts = await readContextFile(path);
  for (const { name, context, secrets } of named)
    contexts = withNew(contexts, name, withPlaces(name, context, secrets), false);
  if (!options.dryRun) {
    for (const { name, secrets } of named) keepSecrets(dirname(path), name, secrets);
    await writeContextFile(path, contexts);
  }
  const items = named.map(({ name }) => ({
    name,
    action: 'imported' as const,
    file: path,
    dryRun: options.dryRun,
  }));
  return listDocument(
    'ContextChangeList',
    1,
    items,
    [],
    named.flatMap(({ warnings }) => warnings),
  );
}

function nameOf({ name }: ForeignContext, file: string, options: ImportOptions): string {
  return name ?? options.name ?? basename(file).replace(/\.[^.]*$/, '');
}

function withPlaces(name: string, context: Context, secrets: Record<string, string>): Context {
  const places = Object.keys(secrets).map((setting): [string, SecretSource] => [
    setting,
    { file: placeOf(name, setting) },
  ]);
  return places.length === 0 ? context : { ...context, secrets: Object.fromEntries(places) };
}

/** Relative to the file of contexts. */
function placeOf(name: string, setting: string): string {
  return join('secrets', `${name}.${setting}`);
}

function keepSecrets(folder: string, name: string, secrets: Record<string, string>): void {
  for (const [setting, secret] of Object.entries(secrets)) {
    const path = join(folder, placeOf(name, setting));
    makeFolder(dirname(path));
    writeFileSync(path, secret, { mode: 0o600, flag: 'wx' });
  }
}
