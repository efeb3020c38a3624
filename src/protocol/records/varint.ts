/** The zigzag varints of records (protobuf's sint32 and sint64): sizes in bytes, and writing in place. */

export function varintSize(value: number): number {
  return unsignedVarintSize(((value << 1) ^ (value >> 31)) >>> 0);
}

function unsignedVarintSize(raw: number): number {
  // Branches beat Math.clz32 here: nearly every length is below 2^14.
  if (raw < 0x80) return 1;
  if (raw < 0x4000) return 2;
  if (raw < 0x200000) return 3;
  return raw < 0x10000000 ? 4 : 5;
}

/** Writes a 32-bit integer; answers the position behind it. */
export function writeVarint(target: Buffer, value: number, position: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0;
  if (raw < 0x80) {
    target[position] = raw;
    return position + 1;
  }
  let next = position;
  while (raw >= 0x80) {
    target[next++] = (raw & 0x7f) | 0x80;
    raw >>>= 7;
  }
  target[next++] = raw;
  return next;
}

const isInt32 = (value: number): boolean => value >= -0x40000000 && value < 0x40000000;

/** Size of a 64-bit integer that a double holds exactly. */
export function varlongSize(value: number): number {
  if (value === 0) return 1;
  if (isInt32(value)) return varintSize(value);
  let size = 1;
  for (let raw = zigzag(value); raw >= 0x80; raw = Math.floor(raw / 0x80)) size++;
  return size;
}

export function writeVarlong(target: Buffer, value: number, position: number): number {
  if (isInt32(value)) return writeVarint(target, value, position);
  let raw = zigzag(value);
  let next = position;
  while (raw >= 0x80) {
    target[next++] = (raw % 0x80) | 0x80;
    raw = Math.floor(raw / 0x80);
  }
  target[next++] = raw;
  return next;
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
