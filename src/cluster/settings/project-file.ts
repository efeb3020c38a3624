import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usageError } from '../../base/errors.js';
import { nearestNames } from '../../base/names.js';
import { unknownName } from './client-settings.js';

/** What a project may say: which context, and defaults. Never how a cluster is reached: it comes with any checkout. */
export interface ProjectFile {
  path: string;
  context?: string;
  timeout?: string;
}

const projectKeys = ['context', 'timeout'];

/** Reads the nearest `.kctl.yaml` from a folder upwards; undefined where there is none. */
export async function readProjectFile(folder: string): Promise<ProjectFile | undefined> {
  const path = findUpwards(folder);
  if (path === undefined) return undefined;
  const { parseYaml, readBounded } = await import('./context-file.js');
  const value: unknown = (await parseYaml(readBounded(path) ?? '', path)) ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw usageError(`${path} is not a mapping of keys to values`);
  const project: ProjectFile = { path };
  for (const [key, each] of Object.entries(value as object)) {
    if (key !== 'context' && key !== 'timeout')
      throw unknownName(`key "${key}"`, path, nearestNames(key, projectKeys));
    if (typeof each !== 'string' && typeof each !== 'number')
      throw usageError(`${path}: ${key} is not a text`);
    project[key] = String(each);
  }
  return project;
}

function findUpwards(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, '.kctl.yaml');
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}
