import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Deadline } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import { type Engine, type EngineOptions, installEngine } from './engine.js';
import { serverFiles } from './files.js';
import { findJava } from './java.js';
import { endAll, startPrepared, type Toolbox } from './launch.js';
import { withLock } from './lock.js';
import { resetLocal } from './stop.js';
import { bootstrapFile } from './storage.js';

const preparationTimeoutMs = 5 * 60_000;
/** A server that ends writes its archive first, which takes it seconds. */
const archivingGraceMs = 60_000;

/**
 * Fetches the engine of a Kafka version and prepares it for this machine's Java.
 * @throws KctlError as `findJava` and `installEngine` do
 */
export async function setUpEngine(kafkaVersion: string, options: EngineOptions = {}): Promise<Engine> {
  const java = await findJava();
  const engine = await installEngine(kafkaVersion, options);
  await prepareEngine({ java, engine }, options);
  return engine;
}

/**
 * Makes every later start quicker, once for each engine and Java: a small cluster is started and stopped, and
 * each kind of server leaves an archive of the classes it had loaded (JEP 350), and KRaft what its storage
 * begins with. Without these a start is slower and nothing else, so a failure is told and not repeated.
 */
export async function prepareEngine(tools: Toolbox, options: EngineOptions = {}): Promise<void> {
  const { preparedFolder, kafkaVersion } = tools.engine;
  if (preparedFolder === null) return;
  const folder = join(preparedFolder, tools.java.id);
  if (existsSync(folder)) return;
  const lock = { deadline: new Deadline(preparationTimeoutMs), signal: options.signal };
  await withLock(`${preparedFolder}.lock`, lock, async () => {
    if (existsSync(folder)) return;
    options.progress?.(
      `Preparing Kafka ${kafkaVersion} for quick starts on Java ${tools.java.version}, once`,
    );
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    try {
      await rehearse({ ...tools, archivesTo: unfinished }, preparedFolder, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      options.progress?.(`It could not be prepared, and starts slower: ${messageOf(error)}`);
    }
    renameSync(unfinished, folder);
  });
}

async function rehearse(tools: Toolbox, preparedFolder: string, { signal }: EngineOptions): Promise<void> {
  const name = `.prepare-${tools.engine.kafkaVersion}`;
  await resetLocal(name);
  try {
    const options = { name, port: 'auto', zookeeperPort: 'auto' } as const;
    const { state } = await startPrepared(options, tools, { signal });
    const [first] = state.brokers;
    const bootstrap = first && join(serverFiles(state, first).dataDir, bootstrapFile);
    if (bootstrap && existsSync(bootstrap)) copyFileSync(bootstrap, join(preparedFolder, bootstrapFile));
    await endAll(state, archivingGraceMs);
  } finally {
    await resetLocal(name);
  }
}
