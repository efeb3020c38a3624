#!/usr/bin/env node
'use strict';
// Start-up only: runs the bundle through V8's code cache, which saves compiling it anew on each start.
// The cache is named after the build and the Node version, so a stale one is never read; where it cannot be
// read or written the bundle is simply compiled.
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');
const { Script } = require('node:vm');

const bundle = join(__dirname, '..', 'dist', 'kctl.cjs');
let source;
try {
  // The bundle is pure ASCII, and one byte a character is read and kept faster.
  source = readFileSync(bundle, 'latin1');
} catch {
  process.stderr.write('error: kctl is not built\n  Run: npm start, or npm ci && npm run build\n');
  process.exit(1);
}
// The bundle's first line is a comment that holds its hash.
const build = source.slice(2, 18);
const folder =
  process.env.KCTL_CACHE_DIR || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kctl');
const cacheFile = join(folder, `code-${build}-${process.version}-${process.arch}.bin`);
let cachedData;
try {
  cachedData = readFileSync(cacheFile);
} catch {}

const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: bundle,
  ...(cachedData ? { cachedData } : {}),
});
if (!cachedData || script.cachedDataRejected) {
  process.on('exit', () => {
    const temporary = `${cacheFile}.${process.pid}`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
      renameSync(temporary, cacheFile);
      removeOldCaches();
    } catch {
      rmSync(temporary, { force: true });
    }
  });
}

/** Each build and each Node has a cache of its own; those of builds that are gone are not kept for ever. */
function removeOldCaches() {
  const caches = readdirSync(folder).filter((name) => /^code-.*\.bin$/.test(name));
  const byAge = caches
    .map((name) => ({ path: join(folder, name), writtenAtMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  for (const { path } of byAge.slice(8)) rmSync(path, { force: true });
}

const { createRequire } = require('node:module');
const bundled = { exports: {} };
script.runInThisContext()(bundled.exports, createRequire(bundle), bundled, bundle, join(bundle, '..'));
bundled.exports.main(process.argv.slice(2));
