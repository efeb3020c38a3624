/** Runs every measurement in this folder, one after another. What they print is for people: none asserts a time. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const self = basename(import.meta.filename);
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (file === self || !file.endsWith('.mjs')) continue;
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
