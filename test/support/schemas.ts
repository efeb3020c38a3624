import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { root } from './kctl.js';

const folder = join(root, 'schemas');
const ajv = new Ajv2020({ allowUnionTypes: true, allErrors: true, strictTuples: false });
for (const file of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')));

/** What kctl prints for `-o json`, parsed; its fields are the test's to look at. */
// biome-ignore lint/suspicious/noExplicitAny: documents are checked by their schema and read freely
export type JsonDocument = any;

/**
 * Parses a JSON document of kctl and holds it to the schema of its kind.
 * @param kind the kind that is expected
 */
export function assertDocument(json: string, kind?: string): JsonDocument {
  const document = JSON.parse(json) as { kind: string };
  if (kind !== undefined) assert.equal(document.kind, kind);
  const valid = ajv.validate(`${document.kind}.json`, document);
  assert.ok(valid, `${ajv.errorsText()}\n${json}`);
  return document;
}

/** Parses the lines of `-o ndjson`: each an item of a list with the kind and version of that list. */
export function assertItems(ndjson: string, kind: string): JsonDocument[] {
  assert.ok(ndjson === '' || ndjson.endsWith('\n'));
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const item = JSON.parse(line) as { kind: string; version: number };
      assert.equal(item.kind, kind);

      const valid = ajv.validate({ $ref: `${kind}.json#/properties/items` }, [withoutKind(item)]);
      assert.ok(valid, `${ajv.errorsText()}\n${line}`);
      return item;
    });
}

/** The errors that `-o json` puts on stderr, a line each; other lines are notes. */
export function assertErrors(stderr: string): JsonDocument[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => assertDocument(line, 'Error'));
}

function withoutKind({ kind: _kind, version: _version, ...item }: { kind: string; version: number }): object {
  return item;
}
