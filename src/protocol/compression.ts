import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzipSync, gzip, gzipSync } from 'node:zlib';
import { KctlError, messageOf } from '../base/errors.js';
import { lz4Bound, snappyBlockBound, zstdBound } from './compression-bounds.js';
import { decompressXerial, isXerial, xerialBlocks, xerialFrame } from './compression-xerial.js';
import { noteNativeMemory } from './native-memory.js';

/**
 * The codecs of record batches, by Kafka's names. Their ids are the lowest three bits of a batch's
 * attributes (org.apache.kafka.common.record.CompressionType).
 */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

/** The codec of a batch's attributes; undefined for an id that Kafka has not assigned. */
export function codecOf(attributes: number): Codec | undefined {
  return CODECS[attributes & 0x07];
}

const nativeRequire = createRequire(import.meta.filename);

/** Native codecs are loaded at their first use: most commands need none. */
function loadNative<Library>(codec: Codec, library: string): () => Library {
  let loaded: Library | undefined;
  return () => {
    if (loaded) return loaded;
    try {
      loaded = nativeRequire(library) as Library;
      return loaded;
    } catch (error) {
      throw new KctlError(`${codec} compression is not available on this system`, {
        code: 'CODEC_NOT_AVAILABLE',
        words: firstLine(messageOf(error)),
        hint: `install kctl again without --omit=optional; the package ${library} has no binary for ${process.platform}-${process.arch}`,
        cause: error,
      });
    }
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;

const snappy = loadNative<typeof import('snappy')>('snappy', 'snappy');
const lz4 = loadNative<typeof import('lz4-napi')>('lz4', 'lz4-napi');
const zstd = loadNative<typeof import('@toondepauw/node-zstd')>('zstd', '@toondepauw/node-zstd');

/** The levels of those codecs that have any, from the fastest to the smallest; Kafka's defaults are the codecs' own. */
export const COMPRESSION_LEVELS = {
  gzip: { min: 1, max: 9, default: 6 },
  zstd: { min: 1, max: 22, default: 3 },
} as const;

/**
 * The bytes in the form that Kafka's own clients write: gzip, snappy in xerial's framing, an LZ4 frame, a
 * Zstandard frame. Throws KctlError CODEC_NOT_AVAILABLE.
 */
export function compress(codec: Codec, bytes: Buffer, level?: number): Buffer {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes, { level: level ?? COMPRESSION_LEVELS.gzip.default });
    case 'snappy':
      return xerialFrame(xerialBlocks(bytes).map((block) => snappy().compressSync(block)));
    case 'lz4':
      return lz4().compressFrameSync(bytes);
    case 'zstd':
      return new (zstd().Encoder)(level ?? COMPRESSION_LEVELS.zstd.default).encodeSync(bytes);
  }
}

/**
 * The same on another thread; the bytes must stay as they are until it is done. Throws at once where the codec is not
 * available.
 */
export function compressAside(codec: Exclude<Codec, 'none'>, bytes: Buffer, level?: number): Promise<Buffer> {
  // What codecs allocate for the result is as large as the bytes may become.
  noteNativeMemory(bytes.length);
  switch (codec) {
    case 'gzip':
      return gzipAside(bytes, { level: level ?? COMPRESSION_LEVELS.gzip.default });
    case 'snappy':
      return Promise.all(xerialBlocks(bytes).map((block) => snappy().compress(block))).then(xerialFrame);
    case 'lz4':
      return lz4().compressFrame(bytes);
    case 'zstd':
      return new (zstd().Encoder)(level ?? COMPRESSION_LEVELS.zstd.default).encode(bytes);
  }
}

const gzipAside = promisify(gzip) as (bytes: Buffer, options: { level: number }) => Promise<Buffer>;

/**
 * The bytes that were compressed. What would grow beyond `maxBytes` is refused before it is unpacked: the
 * sizes are summed up from the format's own block headers first. Throws KctlError with CODEC_NOT_AVAILABLE,
 * or CORRUPT_MESSAGE in the codec's own words.
 */
export function decompress(codec: Codec, bytes: Buffer, maxBytes: number): Buffer {
  try {
    const unpacked = decompressUnchecked(codec, bytes, maxBytes);
    if (codec !== 'none') noteNativeMemory(unpacked.length);
    return unpacked;
  } catch (error) {
    if (error instanceof KctlError) throw error;
    throw new KctlError(`a record batch is not valid ${codec}`, {
      code: 'CORRUPT_MESSAGE',
      words: messageOf(error),
      cause: error,
    });
  }
}

function decompressUnchecked(codec: Codec, bytes: Buffer, maxBytes: number): Buffer {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: maxBytes });
    case 'snappy':
      return isXerial(bytes)
        ? decompressXerial(bytes, maxBytes, uncompressSnappy)
        : uncompressSnappy(bytes, maxBytes);
    case 'lz4':
      checkBound(lz4Bound(bytes), maxBytes);
      return lz4().decompressFrameSync(bytes);
    case 'zstd':
      checkBound(zstdBound(bytes), maxBytes);
      return new (zstd().Decoder)().decodeSync(bytes);
  }
}

function uncompressSnappy(block: Buffer, maxBytes: number): Buffer {
  checkBound(snappyBlockBound(block), maxBytes);
  // External memory is freed late by the garbage collector; a copy keeps many small blocks cheap.
  return snappy().uncompressSync(block, { asBuffer: true, copyOutputData: true }) as Buffer;
}

function checkBound(bound: number, maxBytes: number): void {
  if (bound > maxBytes) throw new RangeError(`it would unpack to up to ${bound} bytes (limit ${maxBytes})`);
}
