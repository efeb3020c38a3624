#!/usr/bin/env node
'use strict';
// Start-up only: runs the bundle that the command is in through V8's code cache, which saves compiling it anew on each
// start. Each command has a cache of its own, made after it has run: it holds the functions that this command calls,
// and no others.
// A cache is named after the build and the Node version, so a stale one is never read; where it cannot be read or
// written the bundle is simply compiled.
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '..', 'dist');
let family = 'kctl';
let bundle;
let source;
try {
  const families = JSON.parse(readFileSync(join(dist, 'families.json'), 'latin1'));
  if (Object.hasOwn(families, process.argv[2] ?? '')) family = families[process.argv[2]];
  bundle = join(dist, `${family}.cjs`);
  // The bundle is pure ASCII, and one byte a character is read and kept faster.
  source = readFileSync(bundle, 'latin1');
} catch {
  process.stderr.write('error: kctl is not built\n  Run: npm start, or npm ci && npm run build\n');
  process.exit(1);
}
// The bundle's first line is a comment that holds its hash and the names of all commands.
const [, build, ...names] = source.slice(0, source.indexOf('\n')).split(' ');
const caches =
  process.env.KCTL_CACHE_DIR ||
  join(process.env.XDG_CACHE_HOME || join(require('node:os').homedir(), '.cache'), 'kctl');
const folder = join(caches, `code-${build}-${process.version}-${process.arch}`);
const cacheFile = join(folder, `${commandName(process.argv.slice(2, 5)).replaceAll(':', '-')}.bin`);
let cachedData;
try {
  cachedData = readFileSync(cacheFile);
} catch {}

const script = new Script(source, { filename: bundle, ...(cachedData ? { cachedData } : {}) });
if (!cachedData || script.cachedDataRejected) {
  process.on('exit', () => {
    const temporary = `${cacheFile}.${process.pid}`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
      renameSync(temporary, cacheFile);
      removeOldCaches();
    } catch {
      try {
        rmSync(temporary, { force: true });
      } catch {}
    }
  });
}

/** The command that the words lead to, as the bundle finds it; `other-…` for help and the like. */
function commandName(words) {
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length).join(':');
    if (names.includes(name)) return name;
  }
  return `other-${family}`;
}

/** Each build and each Node has caches of its own; those of builds that are gone are not kept for ever. */
function removeOldCaches() {
  const byAge = readdirSync(caches)
    .filter((name) => name.startsWith('code-'))
    .map((name) => ({ path: join(caches, name), writtenAtMs: statSync(join(caches, name)).mtimeMs }))
    .sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  for (const { path } of byAge.slice(8)) rmSync(path, { recursive: true, force: true });
}

const { createRequire } = require('node:module');
const bundled = { exports: {} };
script.runInThisContext()(bundled.exports, createRequire(bundle), bundled, bundle, dist);
bundled.exports.main(process.argv.slice(2));
