import { codecOf } from '../compile.js';
import { ProtocolError } from '../protocol-error.js';
import { Reader } from '../reader.js';
import { array, int32, type Output, string } from '../schema.js';
import { Writer } from '../writer.js';

/**
 * What Kafka's sticky assignors keep in the user data of a subscription (StickyAssignor, CooperativeStickyAssignor).
 * Unlike other such data it carries no version.
 */
const sticky = {
  previousAssignment: array({ topic: string(), partitions: array(int32()) }),
  generation: int32().since(1).default(-1),
};
const cooperativeSticky = { generation: int32() };

export type StickyUserData = Output<typeof sticky>;

export function encodeStickyUserData(data: StickyUserData): Buffer {
  const writer = new Writer();
  codecOf(sticky, 1, undefined).write(writer, data);
  return writer.finish();
}

/** @returns undefined for what cannot be read, as Kafka's assignor takes it: nothing is known then */
export function decodeStickyUserData(bytes: Buffer): StickyUserData | undefined {
  for (const version of [1, 0]) {
    try {
      return codecOf(sticky, version, undefined).read(new Reader(bytes, 'StickyUserData'));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return undefined;
}

export function encodeCooperativeStickyUserData(generation: number): Buffer {
  const writer = new Writer();
  codecOf(cooperativeSticky, 0, undefined).write(writer, { generation });
  return writer.finish();
}
