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
const { build, commands } = readBuild();
const caches =
  process.env.KCTL_CACHE_DIR ||
  join(process.env.XDG_CACHE_HOME || join(require('node:os').homedir(), '.cache'), 'kctl');
const folder = join(caches, `code-${build}-${process.version}-${process.arch}`);
const id = commandId(process.argv.slice(2, 5));
const { createRequire } = require('node:module');
const nodeRequire = createRequire(join(dist, 'kctl.cjs'));
const parts = new Map();

load(commands[id] ?? 'kctl', (id ?? 'other').replaceAll(':', '-'))
  .main(process.argv.slice(2))
  .then(() => {
    // All is said and done: what still waits need not be waited for, nor the heap taken apart. What goes to a pipe may
    // still be on its way on Windows.
    if (process.platform !== 'win32') process.exit();
  });

/** What was built: its hash, and the bundle of each command. */
function readBuild() {
  try {
    return JSON.parse(readFileSync(join(dist, 'commands.json'), 'latin1'));
  } catch {
    process.stderr.write('error: kctl is not built\n  Run: npm start, or npm ci && npm run build\n');
    process.exit(1);
  }
}

/** The command that the words lead to, as the bundle finds it; none for help and the like. */
function commandId(words) {
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (Object.hasOwn(commands, id)) return id;
  }
  return undefined;
}

/** Runs a bundle, and gives what it exports. */
function load(name, cacheName) {
  const bundle = join(dist, `${name}.cjs`);
  // It is pure ASCII, and one byte a character is read and kept faster.
  const source = readFileSync(bundle, 'latin1');
  const cacheFile = join(folder, `${cacheName}.bin`);
  let cachedData;
  try {
    cachedData = readFileSync(cacheFile);
  } catch {}
  const script = new Script(source, { filename: bundle, ...(cachedData ? { cachedData } : {}) });
  if (!cachedData || script.cachedDataRejected) process.on('exit', () => writeCache(script, cacheFile));
  const bundled = { exports: {} };
  script.runInThisContext()(bundled.exports, requireFromBundle, bundled, bundle, dist);
  return bundled.exports;
}

/** A bundle's `require`: what several share stands in bundles of its own, `./NAME.cjs`. */
function requireFromBundle(wanted) {
  if (!wanted.startsWith('./')) return nodeRequire(wanted);
  const name = wanted.slice(2, -'.cjs'.length);
  if (!parts.has(name)) parts.set(name, load(name, `part-${name}`));
  return parts.get(name);
}

function writeCache(script, cacheFile) {
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
}

/** Each build and each Node has caches of its own; those of builds that are gone are not kept for ever. */
function removeOldCaches() {
  const byAge = readdirSync(caches)
    .filter((name) => name.startsWith('code-'))
    .map((name) => ({ path: join(caches, name), writtenAtMs: statSync(join(caches, name)).mtimeMs }))
    .sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  for (const { path } of byAge.slice(8)) rmSync(path, { recursive: true, force: true });
}
