import { usageError } from '../base/errors.js';

/** The ids that words of a command line name. */
export function brokerIds(words: string[]): number[] {
  const wrong = words.find((word) => !/^\d{1,9}$/.test(word));
  if (wrong !== undefined) throw usageError(`"${wrong}" is not a broker id`, 'See: kctl brokers list');
  return words.map(Number);
}
