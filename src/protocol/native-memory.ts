/** What may gather before it is freed. */
const mostUnfreedBytes = 8 * 1024 * 1024;
let unfreedBytes = 0;
let collectYoung: (() => void) | undefined;

/** Counts what a native codec allocated. */
export function noteNativeMemory(bytes: number): void {
  unfreedBytes += bytes;
}

/** So much was allocated that `freeNativeMemory` should be awaited. */
export function isNativeMemoryDue(): boolean {
  return unfreedBytes >= mostUnfreedBytes;
}

/**
 * Frees what native codecs allocated and nobody uses any more. V8 sees only the small objects that hold such memory:
 * by itself it lets hundreds of megabytes gather, and pages that are new each time cost the kernel more than unpacking
 * does. Collecting the young objects takes less than a millisecond; Node frees the memory in a turn of the event loop.
 */
export async function freeNativeMemory(): Promise<void> {
  unfreedBytes = 0;
  collectYoung ??= await youngCollection();
  collectYoung();
  await new Promise(setImmediate);
}

/** By V8's own `gc`, which the flag puts into contexts made after it was set. */
async function youngCollection(): Promise<() => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'minor' });
}
