import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codecOf } from '../../../src/protocol/compile.js';
import { decodeResponse, encodeRequest } from '../../../src/protocol/frame.js';
import { ProtocolError } from '../../../src/protocol/protocol-error.js';
import { Reader } from '../../../src/protocol/reader.js';
import { apis, messages } from '../../../src/protocol/registry.js';
import type { Api, Shape } from '../../../src/protocol/schema.js';
import { Writer } from '../../../src/protocol/writer.js';
import { bodiesOf } from './arbitrary.js';

const header = { correlationId: 7, clientId: 'kctl' };
const runsEach = 10;

function versionsOf({ versions: [min, max] }: Pick<Api, 'versions'>): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

function isFlexible({ flexible }: Pick<Api, 'flexible'>, version: number): boolean {
  return flexible !== undefined && version >= flexible;
}

/** What a broker would send: the correlation id, the header's tag buffer where it has one, the body. */
function responseFrame(api: Api, version: number, body: Record<string, unknown>): Buffer {
  const writer = new Writer();
  writer.int32(header.correlationId);
  if (isFlexible(api, version) && api.name !== 'ApiVersions') writer.unsignedVarint(0);
  codecOf<Shape>(api.response, version, api.flexible).write(writer, body);
  return writer.finish();
}

/** A refused ApiVersions request is answered in version 0, which is not what these tests are about. */
function answers(api: Api, version: number): fc.Arbitrary<Record<string, unknown>> {
  const bodies = bodiesOf(api.response, version);
  return api.name === 'ApiVersions' ? bodies.filter((body) => body.errorCode !== 35) : bodies;
}

/** Decodes, or says that the bytes are malformed; anything else that is thrown fails the test. */
function tryDecode(api: Api, version: number, frame: Buffer): unknown {
  try {
    return decodeResponse(api, version, frame);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'MALFORMED_RESPONSE') return error;
    throw error;
  }
}

/** The elements of all arrays, and the length of all bytes, inside a value. */
function weight(value: unknown): number {
  if (Buffer.isBuffer(value)) return value.length;
  if (typeof value !== 'object' || value === null || value instanceof Error) return 0;
  const own = Array.isArray(value) ? value.length : 0;
  return Object.values(value).reduce<number>((sum, part) => sum + weight(part), own);
}

describe('every message in every version', () => {
  for (const api of apis) {
    test(`${api.name} requests survive the way there`, () => {
      for (const version of versionsOf(api)) {
        const check = (body: Record<string, unknown>) => {
          const frame = Buffer.concat(encodeRequest(api, version, header, body));
          assert.equal(frame.readInt32BE(0), frame.length - 4);
          assert.equal(frame.readInt16BE(4), api.key);
          assert.equal(frame.readInt16BE(6), version);
          const headerLength = 18 + (isFlexible(api, version) ? 1 : 0);
          const reader = new Reader(frame.subarray(headerLength), 'request');
          assert.deepEqual(codecOf<Shape>(api.request, version, api.flexible).read(reader), body);
          assert.equal(reader.remaining, 0);
        };
        fc.assert(fc.property(bodiesOf(api.request, version), check), { numRuns: runsEach });
      }
    });

    test(`${api.name} responses survive the way back`, () => {
      for (const version of versionsOf(api)) {
        const check = (body: Record<string, unknown>) =>
          assert.deepEqual(decodeResponse(api, version, responseFrame(api, version, body)), body);
        fc.assert(fc.property(answers(api, version), check), { numRuns: runsEach });
      }
    });

    test(`${api.name} responses cut short are malformed`, () => {
      for (const version of versionsOf(api)) {
        const check = (body: Record<string, unknown>) => {
          const frame = responseFrame(api, version, body);
          for (let length = 0; length < frame.length; length++) {
            assert.ok(tryDecode(api, version, frame.subarray(0, length)) instanceof ProtocolError);
          }
          assert.ok(tryDecode(api, version, Buffer.concat([frame, Buffer.of(0)])) instanceof ProtocolError);
        };
        fc.assert(fc.property(answers(api, version), check), { numRuns: 3 });
      }
    });

    test(`${api.name} responses of any bytes are read or refused, and never outgrow their frame`, () => {
      const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
      for (const version of versionsOf(api)) {
        const check = (frame: Buffer) => assert.ok(weight(tryDecode(api, version, frame)) <= frame.length);
        const mutate = (body: Record<string, unknown>, mutations: { at: number; byte: number }[]) => {
          const frame = Buffer.from(responseFrame(api, version, body));
          for (const { at, byte } of mutations) frame[at % frame.length] = byte;
          check(frame);
        };
        const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
        fc.assert(fc.property(bodiesOf(api.response, version), mutations, mutate), { numRuns: 30 });
        const noise = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
        fc.assert(fc.property(noise, check), { numRuns: 30 });
      }
    });
  }

  for (const message of messages) {
    test(`${message.name} survives the way there and back`, () => {
      for (const version of versionsOf(message)) {
        const check = (body: Record<string, unknown>) =>
          assert.deepEqual(message.decode(message.encode(version, body)), body);
        fc.assert(fc.property(bodiesOf(message.fields, version), check), { numRuns: 50 });
      }
    });
  }
});
