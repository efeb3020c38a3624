import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the committed modules are what their sources assemble to', async () => {
  const script = '../../../scripts/wasm.mjs';
  const { assemble, modules } = (await import(script)) as {
    modules: string[];
    assemble(name: string): Promise<{ path: string; text: string }>;
  };
  assert.ok(modules.length > 0);
  for (const name of modules) {
    const { path, text } = await assemble(name);
    assert.equal(readFileSync(path, 'utf8'), text);
  }
});
