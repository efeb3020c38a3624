import { createRequire } from 'node:module';

/** CRC-32C (Castagnoli), the checksum of record batches v2: native where it loads, else by tables. */
export function crc32c(bytes: Buffer): number {
  implementation ??= load();
  return implementation(bytes);
}

let implementation: ((bytes: Buffer) => number) | undefined;

function load(): (bytes: Buffer) => number {
  try {
    const native = createRequire(import.meta.filename)('@node-rs/crc32') as typeof import('@node-rs/crc32');
    return (bytes) => native.crc32c(bytes);
  } catch {
    return crc32cByTables;
  }
}

const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;
let tables: Uint32Array | undefined;

/** Table `slice` at `slice * 256` holds what a byte does to the checksum `slice` bytes later. */
function makeTables(): Uint32Array {
  const made = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const before = made[index - 256] as number;
    made[index] = (before >>> 8) ^ (made[before & 0xff] as number);
  }
  return made;
}

/** The same checksum in JavaScript, eight bytes a step ("slicing by 8"). */
export function crc32cByTables(bytes: Buffer): number {
  tables ??= makeTables();
  const table = tables;
  const at = (slice: number, byte: number): number => table[slice * 256 + byte] as number;
  let crc = 0xffffffff;
  let index = 0;
  for (const end = bytes.length - SLICES; index <= end; index += SLICES) {
    const low = bytes.readInt32LE(index) ^ crc;
    const high = bytes.readInt32LE(index + 4);
    crc =
      at(7, low & 0xff) ^
      at(6, (low >>> 8) & 0xff) ^
      at(5, (low >>> 16) & 0xff) ^
      at(4, low >>> 24) ^
      at(3, high & 0xff) ^
      at(2, (high >>> 8) & 0xff) ^
      at(1, (high >>> 16) & 0xff) ^
      at(0, high >>> 24);
  }
  for (; index < bytes.length; index++) crc = (crc >>> 8) ^ at(0, (crc ^ (bytes[index] as number)) & 0xff);
  return ~crc >>> 0;
}
