import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Deadline } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import type { Engine, EngineOptions } from './engine.js';
import { serverFiles } from './files.js';
import type { Java } from './java.js';
import { endAll, startPrepared } from './launch.js';
import { withLock } from './lock.js';
import { serversOf } from './state.js';
import { resetLocal } from './stop.js';
import { bootstrapFile } from './storage.js';

const preparationTimeoutMs = 5 * 60_000;
/** A server that ends writes its archive first, which takes it seconds. */
const archivingGraceMs = 60_000;

/**
 * Makes every later start quicker, once for each engine and Java: a small cluster is started and stopped, and
 * each kind of server leaves an archive of the classes it had loaded (JEP 350), and KRaft what its storage
 * begins with. Without these a start is slower and nothing else, so a failure is told and not repeated.
 */
export async function prepareEngine(java: Java, engine: Engine, options: EngineOptions = {}): Promise<void> {
  const { preparedFolder, product, version } = engine;
  if (preparedFolder === null) return;
  const folder = join(preparedFolder, java.id);
  if (existsSync(folder)) return;
  const lock = { deadline: new Deadline(preparationTimeoutMs), signal: options.signal };
  await withLock(`${preparedFolder}.lock`, lock, async () => {
    if (existsSync(folder)) return;
    options.progress?.(
      `Preparing ${product === 'kafka' ? 'Kafka' : 'ZooKeeper'} ${version} for quick starts on Java ${java.version}, once`,
    );
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    makeFolder(unfinished);
    try {
      await rehearse(java, engine, { archivesTo: unfinished, bootstrapTo: preparedFolder }, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      options.progress?.(`It could not be prepared, and starts slower: ${messageOf(error)}`);
    }
    renameSync(unfinished, folder);
  });
}

async function rehearse(
  java: Java,
  engine: Engine,
  { archivesTo, bootstrapTo }: { archivesTo: string; bootstrapTo: string },
  { signal }: EngineOptions,
): Promise<void> {
  const { product, version, mode } = engine;
  const isKafka = product === 'kafka';
  const name = `.prepare-${product}-${version}-${mode}`;
  const engines = isKafka ? { kafka: engine, zookeeper: null } : { kafka: null, zookeeper: engine };
  await resetLocal(name);
  try {
    const options = { name, brokers: isKafka ? 1 : 0, port: 'auto', zookeeperPort: 'auto' } as const;
    const { state } = await startPrepared(options, { java, engines, archivesTo }, { signal });
    const [first] = serversOf(state, 'broker');
    const bootstrap = first && join(serverFiles(state, first).dataDir, bootstrapFile);
    if (bootstrap && existsSync(bootstrap)) copyFileSync(bootstrap, join(bootstrapTo, bootstrapFile));
    await endAll(state, archivingGraceMs);
  } finally {
    await resetLocal(name);
  }
}
