/**
 * Assembles src/protocol/records/line-encoder.wat into line-encoder.wasm.ts, which is committed: a test holds the one to
 * the other.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openWabt from 'wabt';
import { root } from './commands.mjs';

const folder = join(root, 'src/protocol/records');

/** The text of line-encoder.wasm.ts. */
export async function assemble() {
  const { parseWat } = await openWabt();
  const name = 'line-encoder.wat';
  const module = parseWat(name, readFileSync(join(folder, name), 'utf8'), { simd: true, bulk_memory: true });
  const text = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  return `/** line-encoder.wat, assembled by \`node scripts/wasm.mjs\`. */\nexport const lineEncoderModule =\n  '${text}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(folder, 'line-encoder.wasm.ts'), await assemble());
