import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codecOf } from '../../../src/protocol/compile.js';
import { decodeResponse, encodeRequest } from '../../../src/protocol/frame.js';
import { message } from '../../../src/protocol/message.js';
import { fetch } from '../../../src/protocol/messages/fetch.js';
import { metadata } from '../../../src/protocol/messages/metadata.js';
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.js';
import {
  InvalidFieldError,
  ProtocolError,
  UnsupportedFieldError,
} from '../../../src/protocol/protocol-error.js';
import {
  api,
  array,
  bytes,
  int8,
  int16,
  int32,
  int64,
  type RequestOf,
  type ResponseOf,
  records,
  type Shape,
  string,
  uint16,
  uuid,
} from '../../../src/protocol/schema.js';

const header = { correlationId: 1, clientId: null };

/** A response of one field, flexible from version 1 on. */
function one(field: Shape[string]) {
  return api({
    key: 999,
    name: 'One',
    versions: [0, 1],
    flexible: 1,
    request: { field },
    response: { field },
  });
}

function read(field: Shape[string], version: number, hex: string): unknown {
  const header = version === 1 ? '0000000100' : '00000001';
  return decodeResponse(one(field), version, Buffer.from(header + hex, 'hex')).field;
}

function malformed(field: Shape[string], version: number, hex: string, message: RegExp): void {
  assert.throws(
    () => read(field, version, hex),
    (error) =>
      error instanceof ProtocolError && error.code === 'MALFORMED_RESPONSE' && message.test(error.message),
  );
}

describe('what a broker sends is bounded', () => {
  test('an array cannot count more elements than its bytes hold', () => {
    malformed(array(int32()), 0, '7fffffff', /field with 2147483647 elements in 0 bytes/);
    malformed(array(int32()), 0, '0000000200000001000000', /field with 2 elements in 7 bytes/);
    malformed(array(int32()), 1, 'ffffffff0f00', /field with 4294967294 elements/);
    malformed(array(int32()), 0, 'fffffffe', /field with -2 elements/);
    malformed(array({ since: int32().since(9) }), 0, '00000001', /field with 1 elements in 0 bytes/);
    assert.deepEqual(read(array(int32()), 0, '0000000200000001ffffffff'), [1, -1]);
  });

  test('texts and bytes cannot be longer than what is left', () => {
    malformed(string(), 0, '7fff61', /32767 bytes expected, 1 left/);
    malformed(string(), 1, 'ffffffff0f', /4294967294 bytes expected, 0 left/);
    malformed(string(), 0, 'fffe', /field of length -2/);
    malformed(bytes(), 0, '7fffffff', /2147483647 bytes expected/);
    malformed(bytes(), 0, '80000000', /field of length -2147483648/);
  });

  test('null where the declaration allows none', () => {
    malformed(string(), 0, 'ffff', /field of length -1/);
    malformed(string(), 1, '00', /field of length -1/);
    malformed(array(int8()), 1, '00', /field with -1 elements/);
    assert.equal(read(string().nullable(), 0, 'ffff'), null);
    assert.equal(read(array(int8()).nullable(), 1, '0000'), null);
  });

  test('varints end within five bytes and 32 bits', () => {
    malformed(string(), 1, 'ffffffffff01', /overlong varint/);
    malformed(string(), 1, 'ffffffff1f', /overlong varint/);
    malformed(string(), 1, '8080', /1 bytes expected, 0 left/);
    assert.equal(read(string(), 1, '81800000'), '');
  });

  test('bytes left over', () => {
    malformed(int8(), 0, '0102', /1 unexpected bytes/);
  });

  test('tags: the unknown are skipped, the known end where they say', () => {
    assert.equal(read(int8(), 1, '07' + '01' + '2a' + '03' + 'aabbcc'), 7);
    malformed(int8(), 1, '07' + '01' + '2a' + '04' + 'aabbcc', /4 bytes expected, 3 left/);
    assert.equal(read(int8().tag(0, 1), 1, '01' + '00' + '01' + '05'), 5);
    malformed(int8().tag(0, 1), 1, '01' + '00' + '02' + '0505', /1 unexpected bytes/);
    malformed(int16().tag(0, 1), 1, '01' + '00' + '01' + '0505', /2 bytes expected, 1 left/);
  });

  test('records are views of the frame', () => {
    const frame = Buffer.from('0000000100000002abcd', 'hex');
    const { field } = decodeResponse(one(records()), 0, frame);
    frame[8] = 0xff;
    assert.deepEqual(field, Buffer.of(0xff, 0xcd));
  });
});

describe('what a request cannot carry is an error that names the field', () => {
  const unsupported = (field: string, encode: () => unknown) =>
    assert.throws(encode, (error) => error instanceof UnsupportedFieldError && error.field === field);
  const invalid = (field: Shape[string], value: unknown) =>
    assert.throws(
      () => encodeRequest(one(field), 0, header, { field: value }),
      (error) => error instanceof InvalidFieldError && error.field === 'field',
    );

  test('a value for a field that the version lacks', () => {
    unsupported('allowAutoTopicCreation', () =>
      encodeRequest(metadata, 3, header, { topics: [], allowAutoTopicCreation: false }),
    );
    unsupported('groups', () =>
      encodeRequest(offsetFetch, 7, header, { groups: [{ groupId: 'g', topics: null }] }),
    );
    unsupported('topics.partitions.lastFetchedEpoch', () =>
      encodeRequest(fetch, 11, header, {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [
          { partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1, lastFetchedEpoch: 3 }] },
        ],
      }),
    );
  });

  test('not the default of such a field, nor an ignorable one', () => {
    const plain = encodeRequest(metadata, 3, header, { topics: [{ name: 'a' }] });
    const full = encodeRequest(metadata, 3, header, {
      topics: [{ name: 'a', topicId: 'qCdWzAdgRYm_0lSCZVDcEA' }],
      allowAutoTopicCreation: true,
      includeTopicAuthorizedOperations: false,
    });
    assert.deepEqual(full, plain);
  });

  test('null where the version has none', () => {
    assert.throws(
      () => encodeRequest(metadata, 9, header, { topics: [{ name: null }] }),
      /topics.name must be a text/,
    );
    assert.throws(() => encodeRequest(metadata, 0, header, { topics: null }), /topics cannot be null/);
  });

  test('a value that the type cannot hold', () => {
    for (const value of [128, -129, 1.5, Number.NaN, '1', null, 1n]) invalid(int8(), value);
    for (const value of [-1, 65_536]) invalid(uint16(), value);
    for (const value of [2 ** 31, -(2 ** 31) - 1]) invalid(int32(), value);
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 1]) invalid(int64(), value);
    for (const value of ['x'.repeat(32_768), 'ü'.repeat(16_384), 1, null]) invalid(string(), value);
    for (const value of ['', 'AAAA', '+'.repeat(22)]) invalid(uuid(), value);
  });
});

test('a codec is compiled once for a version', () => {
  assert.equal(codecOf(metadata.request, 12, 9), codecOf(metadata.request, 12, 9));
  assert.notEqual(codecOf(metadata.request, 12, 9), codecOf(metadata.request, 11, 9));
});

test('data of a newer version is read as the newest known, data of none is malformed', () => {
  const old = message({ name: 'Data', versions: [1, 1], fields: { first: int32() } });
  assert.deepEqual(old.decode(Buffer.from('00020000000700000008', 'hex')), { first: 7 });
  assert.throws(() => old.decode(Buffer.from('000000000007', 'hex')), ProtocolError);
  assert.throws(() => old.decode(Buffer.alloc(0)), ProtocolError);
});

test('types follow from the declaration', () => {
  const request: RequestOf<typeof metadata> = { topics: [{ name: 'a' }] };
  // @ts-expect-error `topics` has no default
  const incomplete: RequestOf<typeof metadata> = { allowAutoTopicCreation: false };
  // @ts-expect-error int64 is a bigint
  const timestamp: ResponseOf<typeof fetch>['responses'][0]['partitions'][0]['highWatermark'] = 1;
  const rack: ResponseOf<typeof metadata>['brokers'][0]['rack'] = null;
  assert.ok(request && incomplete && timestamp && rack === null);
});
