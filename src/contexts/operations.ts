import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { listDocument } from '../base/result.js';
import { type ClusterFlagValues, explainCluster } from '../cluster/config.js';
import {
  type Context,
  type ContextFile,
  checkContext,
  contextNamePattern,
} from '../cluster/settings/context.js';
import {
  parseYaml,
  readContextFile,
  requireContext,
  writeContextFile,
} from '../cluster/settings/context-file.js';
import { contextInUse } from '../cluster/settings/layers.js';
import { configFile } from '../cluster/settings/paths.js';
import type { ContextChange, ContextChangeList, ContextDescription, ContextList } from './types.js';

export async function listContexts(): Promise<ContextList> {
  const { contexts } = await readContextFile(configFile());
  const inUse = (await contextInUse(undefined, process.env))?.name;
  const items = Object.entries(contexts)
    .sort(([a], [b]) => compareNames(a, b))
    .map(([name, context]) => ({
      name,
      current: name === inUse,
      bootstrapServers: context.bootstrapServers ?? null,
      zookeeper: context.zookeeper ?? null,
      clusterId: context.clusterId ?? null,
      protected: context.protected ?? false,
    }));
  return listDocument('ContextList', 1, items);
}

/** What a command with these flags would use now, each value with its origin. Nothing is connected or fetched. */
export async function describeContext(flags: ClusterFlagValues): Promise<ContextDescription> {
  const { context, settings } = await explainCluster(flags, process.env);
  return {
    kind: 'Context',
    version: 1,
    name: context?.name ?? null,
    protected: context?.protected ?? false,
    clusterId: context?.clusterId ?? null,
    settings,
  };
}

export function useContext(name: string): Promise<ContextChangeList> {
  return change('used', name, false, (file, path) => {
    requireContext(file, name, path);
    return { ...file, current: name };
  });
}

/** @throws KctlError when there is one of that name already */
export function addContext(name: string, context: Context, options: { use: boolean; dryRun: boolean }) {
  return change('added', name, options.dryRun, (file) => withNew(file, name, context, options.use));
}

/** Sets the fields that are given; those of `properties`, `secrets` and `resolve` one by one. */
export function editContext(name: string, fields: Context, dryRun: boolean): Promise<ContextChangeList> {
  return change('changed', name, dryRun, (file, path) => {
    const before = requireContext(file, name, path);
    const merged = {
      ...before,
      ...fields,
      ...mergedField(before.properties, fields.properties, 'properties'),
      ...mergedField(before.secrets, fields.secrets, 'secrets'),
      ...mergedField(before.resolve, fields.resolve, 'resolve'),
    };
    return { ...file, contexts: { ...file.contexts, [name]: checkContext(merged, `context ${name}`) } };
  });
}

/**
 * Lets a person write one context anew, as YAML.
 * @param write shows a text to the person and gives what became of it
 * @returns no change where it was left as it is
 */
export async function rewriteContext(
  name: string,
  write: (text: string) => Promise<string>,
  dryRun: boolean,
): Promise<ContextChangeList> {
  const path = configFile();
  const { stringify } = await import('yaml');
  const before = stringify(requireContext(await readContextFile(path), name, path));
  const after = await write(before);
  if (after === before) return listDocument('ContextChangeList', 1, []);
  const where = `what was written of context ${name}`;
  const context = checkContext((await parseYaml(after, where)) ?? {}, where);
  return change('changed', name, dryRun, (file) => ({
    ...file,
    contexts: { ...file.contexts, [name]: context },
  }));
}

export function removeContext(name: string, dryRun: boolean): Promise<ContextChangeList> {
  return change('removed', name, dryRun, (file, path) => {
    requireContext(file, name, path);
    const { [name]: _, ...contexts } = file.contexts;
    const { current, ...rest } = file;
    return { ...rest, ...(current === undefined || current === name ? {} : { current }), contexts };
  });
}

export function renameContext(name: string, to: string, dryRun: boolean): Promise<ContextChangeList> {
  return change('renamed', to, dryRun, (file, path) => {
    const context = requireContext(file, name, path);
    const { [name]: _, ...others } = file.contexts;
    const renamed = withNew({ ...file, contexts: others }, to, context, false);
    return file.current === name ? { ...renamed, current: to } : renamed;
  });
}

/** Adds a context to what a file has. */
export function withNew(file: ContextFile, name: string, context: Context, use: boolean): ContextFile {
  if (!contextNamePattern.test(name))
    throw new KctlError(`"${name}" is not a name for a context`, {
      code: 'USAGE',
      exitCode: ExitCode.usage,
      hint: 'Use up to 63 letters, digits, dots, underscores, dashes and @, a letter or digit first.',
    });
  if (Object.hasOwn(file.contexts, name))
    throw new KctlError(`there is a context "${name}" already`, {
      code: 'CONTEXT_EXISTS',
      hint: `Change it with: kctl context edit ${name}`,
    });
  const contexts = { ...file.contexts, [name]: checkContext(context, `context ${name}`) };
  return { ...file, contexts, ...(use ? { current: name } : {}) };
}

async function change(
  action: ContextChange['action'],
  name: string,
  dryRun: boolean,
  make: (file: ContextFile, path: string) => ContextFile,
): Promise<ContextChangeList> {
  const path = configFile();
  const changed = make(await readContextFile(path), path);
  if (!dryRun) await writeContextFile(path, changed);
  return listDocument('ContextChangeList', 1, [{ name, action, file: path, dryRun }]);
}

function mergedField<Value>(
  before: Record<string, Value> | undefined,
  given: Record<string, Value> | undefined,
  name: string,
): Record<string, Record<string, Value>> {
  return before && given ? { [name]: { ...before, ...given } } : {};
}
