import { ExitCode, KctlError } from '../base/errors.js';
import { itemError, type ListDocument, listDocument } from '../base/result.js';
import { type KnownEngine, knownEngines, removeEngine, verifyEngine } from '../cluster/local/installed.js';
import type { View } from '../render/view.js';
import type { EngineChoice } from './types.js';

export interface LocalEngineItem {
  product: 'kafka' | 'zookeeper';
  version: string;
  /** kctl came with checksums of its jars and was tested with it. */
  pinned: boolean;
  /** It can be started without a network. */
  installed: boolean;
  sizeBytes: number;
}

export type LocalEngineList = ListDocument<LocalEngineItem>;

/** The engines that kctl was tested with and those in the cache. */
export function listEngines(): LocalEngineList {
  return documentOf(knownEngines());
}

/** Compares the jars of every installed engine, or of one, with their checksums. */
export async function verifyEngines(choice: EngineChoice): Promise<LocalEngineList> {
  return forEach(chooseInstalled(choice), verifyEngine);
}

/** Removes installed engines, or one, from the cache. */
export async function removeEngines(choice: EngineChoice): Promise<LocalEngineList> {
  const list = await forEach(chooseInstalled(choice), async (engine) => removeEngine(engine));
  return { ...list, items: list.items.map((item) => ({ ...item, installed: false, sizeBytes: 0 })) };
}

function chooseInstalled({ kafkaVersion, zookeeperVersion }: EngineChoice): KnownEngine[] {
  const wanted = { kafka: kafkaVersion, zookeeper: zookeeperVersion };
  const isAny = kafkaVersion === undefined && zookeeperVersion === undefined;
  const installed = knownEngines().filter(({ folders }) => folders.length > 0);
  const chosen = installed.filter(({ product, version }) => isAny || wanted[product] === version);
  if (chosen.length > 0 || isAny) return chosen;
  throw new KctlError('there is no such engine in the cache', {
    code: 'NOT_FOUND',
    exitCode: ExitCode.notFound,
    hint: 'See what there is: kctl local engine list',
  });
}

async function forEach(
  engines: KnownEngine[],
  work: (engine: KnownEngine) => Promise<void>,
): Promise<LocalEngineList> {
  const done: KnownEngine[] = [];
  const errors = [];
  for (const engine of engines) {
    try {
      await work(engine);
      done.push(engine);
    } catch (error) {
      errors.push(itemError(`${engine.product} ${engine.version}`, error));
    }
  }
  return { ...documentOf(done), errors };
}

function documentOf(engines: KnownEngine[]): LocalEngineList {
  const items = engines.map(({ product, version, pinned, folders, sizeBytes }) => ({
    ...{ product, version, pinned, sizeBytes },
    installed: folders.length > 0,
  }));
  return listDocument('LocalEngineList', 1, items);
}

export function viewLocalEngineList({ items }: LocalEngineList): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: 'engine' },
          { header: 'checksums' },
          { header: 'installed' },
          { header: 'MB', align: 'right' },
        ],
        rows: items.map(({ product, version, pinned, installed, sizeBytes }) => [
          `${product} ${version}`,
          pinned ? "kctl's own" : 'of the first fetch',
          installed,
          Math.round(sizeBytes / 1e6),
        ]),
        whenEmpty: 'No engine.',
      },
    ],
    names: items.map(({ product, version }) => `${product}-${version}`),
  };
}
