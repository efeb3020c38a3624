import { usageError } from '../base/errors.js';

/**
 * Parses a trace mask, an int64: `306`, `0x132`, `-1`.
 * @throws a usage error that names the text
 */
export function parseTraceMask(text: string): bigint {
  const mask = /^(-?\d{1,19}|0x[0-9a-f]{1,16})$/i.test(text) ? BigInt(text) : undefined;
  if (mask === undefined || BigInt.asIntN(64, mask) !== mask) {
    throw usageError(`"${text}" is not a trace mask`, 'Write a number of 64 bits such as 306 or 0x132.');
  }
  return mask;
}
