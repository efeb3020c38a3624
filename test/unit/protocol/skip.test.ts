import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codecOf } from '../../../src/protocol/compile.js';
import { decodeResponse } from '../../../src/protocol/frame.js';
import { describeConfigs, describeConfigsKeeping } from '../../../src/protocol/messages/describe-configs.js';
import { ProtocolError } from '../../../src/protocol/protocol-error.js';
import { Reader } from '../../../src/protocol/reader.js';
import { apis } from '../../../src/protocol/registry.js';
import type { Shape } from '../../../src/protocol/schema.js';
import { passOver, stepsOver } from '../../../src/protocol/skip.js';
import { Writer } from '../../../src/protocol/writer.js';
import { bodiesOf } from './arbitrary.js';

describe('passing over a value', () => {
  for (const api of apis) {
    test(`${api.name}: ends where reading would, and not beyond the bytes`, () => {
      for (let version = api.versions[0]; version <= api.versions[1]; version++) {
        const flexible = api.flexible !== undefined && version >= api.flexible;
        const steps = stepsOver({ kind: 'struct', fields: api.response }, { version, flexible });
        const check = (body: Record<string, unknown>) => {
          const writer = new Writer();
          codecOf<Shape>(api.response, version, api.flexible).write(writer, body);
          const bytes = writer.finish();
          const reader = new Reader(bytes, 'answer');
          assert.equal(passOver(reader, steps), false);
          assert.equal(reader.remaining, 0);
          for (let length = 0; length < bytes.length; length++) {
            const short = new Reader(bytes.subarray(0, length), 'answer');
            assert.throws(() => passOver(short, steps), ProtocolError);
          }
        };
        fc.assert(fc.property(bodiesOf(api.response, version), check), { numRuns: 5 });
      }
    });
  }
});

describe('elements that are kept', () => {
  const names = ['min.insync.replicas', 'größe'];
  const keep = { configSource: [1, -3], name: names };
  const keeping = describeConfigsKeeping(keep);
  const isKept = ({ name, configSource }: { name: string; configSource: number }) =>
    names.includes(name) || [1, -3].includes(configSource);
  const entry = fc.record({
    name: fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'grapheme', maxLength: 200 })),
    value: fc.option(fc.string({ maxLength: 200 }), { nil: null }),
    readOnly: fc.boolean(),
    configSource: fc.constantFrom(1, 5, -3, 0),
    isSensitive: fc.boolean(),
    synonyms: fc.array(
      fc.record({ name: fc.string(), value: fc.option(fc.string(), { nil: null }), source: fc.constant(1) }),
      { maxLength: 2 },
    ),
  });

  function frameOf(version: number, configs: unknown[]): Buffer {
    const writer = new Writer();
    writer.int32(7);
    if (version >= 4) writer.unsignedVarint(0);
    const results = [{ errorCode: 0, errorMessage: null, resourceType: 2, resourceName: 't', configs }];
    codecOf<Shape>(describeConfigs.response, version, 4).write(writer, { throttleTimeMs: 0, results });
    return writer.finish();
  }

  for (const version of [1, 2, 3, 4]) {
    test(`version ${version}: those of which a field has one of the values, as reading all would give them`, () => {
      const check = (configs: unknown[]) => {
        const frame = frameOf(version, configs);
        const all = decodeResponse(describeConfigs, version, frame);
        const kept = decodeResponse(keeping, version, frame);
        const wanted = all.results.map((result) => ({ ...result, configs: result.configs.filter(isKept) }));
        assert.deepEqual(kept, { ...all, results: wanted });
      };
      fc.assert(fc.property(fc.array(entry, { maxLength: 20 }), check), { numRuns: 100 });
    });
  }

  test('one that ends too early is malformed, kept or not', () => {
    const configs = [5, 1].map((configSource) => ({
      ...{ name: 'a', value: 'b' },
      readOnly: false,
      configSource,
      isSensitive: false,
      synonyms: [],
    }));
    const frame = frameOf(4, configs);
    assert.equal(decodeResponse(keeping, 4, frame).results[0]?.configs.length, 1);
    for (let length = 0; length < frame.length; length++)
      assert.throws(() => decodeResponse(keeping, 4, frame.subarray(0, length)), ProtocolError);
  });
});
