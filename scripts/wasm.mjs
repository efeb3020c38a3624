/**
 * Assembles the .wat files of src/protocol/records into .wasm.ts files, which are committed: a test holds the ones to
 * the others.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openWabt from 'wabt';
import { root } from './commands.mjs';

const folder = join(root, 'src/protocol/records');

export const modules = ['line-decoder', 'line-encoder'];

/** The text of `name`.wasm.ts, and its path. */
export async function assemble(name) {
  const { parseWat } = await openWabt();
  const source = `${name}.wat`;
  const module = parseWat(source, readFileSync(join(folder, source), 'utf8'), {
    simd: true,
    bulk_memory: true,
  });
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const constant = `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}Module`;
  return {
    path: join(folder, `${name}.wasm.ts`),
    text: `/** ${source}, assembled by \`node scripts/wasm.mjs\`. */\nexport const ${constant} =\n  '${code}';\n`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of modules) {
    const { path, text } = await assemble(name);
    writeFileSync(path, text);
  }
