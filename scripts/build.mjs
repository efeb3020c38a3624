/**
 * Builds dist/: the bundles, files in which each command is loaded when it is run, and the oclif manifest that help is
 * made from. Does nothing when nothing changed since the last build.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { build, transform } from 'esbuild';
import { cacheCommand } from '../node_modules/@oclif/core/lib/util/cache-command.js';
import { commandFiles, root } from './commands.mjs';
import { externals } from './externals.mjs';
import { lazyHelper, lazyImports, lazyOclif, withoutUnused } from './lazy-imports.mjs';
import { parts, sharedParts } from './parts.mjs';

const dist = join(root, 'dist');

/**
 * Commands that are bundled together, by the words they begin with, the longest first; all others are `admin`. Reading
 * a bundle and its code cache takes time for all that is in them, so a command's should have little that it never uses;
 * the version is in all, and the least of them tells it.
 */
const families = {
  zk: ['zk', '--version'],
  local: ['local'],
  records: ['console-consumer', 'console-producer', 'consume', 'produce', 'log', 'perf', 'topics:advise'],
  reassign: ['reassign', 'rebalance', 'throttle', 'topics:set-rf'],
  topics: ['topics'],
};
const familyOf = (id) =>
  Object.keys(families).find((family) =>
    families[family].some((words) => `${id}:`.startsWith(`${words}:`)),
  ) ?? 'admin';

export async function buildAll() {
  const inputs = hashOf([
    ...filesBelow('src'),
    'scripts/build.mjs',
    'scripts/externals.mjs',
    'scripts/lazy-imports.mjs',
    'scripts/parts.mjs',
    'package.json',
    'package-lock.json',
  ]);
  if (readOr(join(dist, 'inputs')) === inputs && existsSync(join(root, 'oclif.manifest.json'))) return false;
  const temporary = `${dist}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    await Promise.all([
      bundleCommands(temporary),
      bundleFile('src/cluster/local/watchdog-main.ts', join(temporary, 'watchdog.cjs')),
      bundleFile('src/cluster/local/relay-main.ts', join(temporary, 'relay.cjs')),
      bundleFile('src/testing/index.ts', join(temporary, 'testing.cjs')),
    ]);
    // Its types import nothing, so they are published as they stand.
    copyFileSync(join(root, 'src/testing/api.ts'), join(temporary, 'testing.d.cts'));
    const manifest = await makeManifest(join(temporary, 'kctl.cjs'));
    // oclif looks for it beside package.json.
    writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(temporary, 'inputs'), inputs);
    rmSync(dist, { recursive: true, force: true });
    renameSync(temporary, dist);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return true;
}

/** A bundle a family, kctl.cjs with all of them, for help and for what is no command, and the parts they share. */
async function bundleCommands(folder) {
  const all = commandFiles();
  const bundles = await Promise.all([
    ...['kctl', 'admin', ...Object.keys(families)].map(async (family) => {
      const files = all.filter(({ id }) => family === 'kctl' || familyOf(id) === family);
      return { name: family, code: await bundle(tableOf(files), [withoutUnused, lazyOclif, sharedParts]) };
    }),
    ...Object.entries(parts).map(async ([name, { contents }]) => ({
      name,
      code: await bundle(contents, [lazyOclif]),
    })),
  ]);
  const hash = createHash('sha256');
  for (const { code } of bundles) hash.update(code);
  for (const { name, code } of bundles)
    writeFileSync(
      join(folder, `${name}.cjs`),
      `(function (exports, require, module, __filename, __dirname) {\n${code}\n})`,
    );
  // What bin/run.js keeps a code cache for: each command, whichever of its names is used.
  const ids = [...all.map(({ id }) => id), 'consume', 'produce', '--version'];
  const commands = Object.fromEntries(ids.map((id) => [id, familyOf(id)]));
  writeFileSync(
    join(folder, 'commands.json'),
    JSON.stringify({ build: hash.digest('hex').slice(0, 16), commands }),
  );
}

function tableOf(files) {
  const table = files.map(({ id, file }) => `${JSON.stringify(id)}: () => import(${JSON.stringify(file)}),`);
  return `
    import { main as run } from './src/cli/main.ts';
    export const table = {\n${table.join('\n')}\n};
    export const main = (argv) => run(argv, table);`;
}

async function bundle(contents, plugins) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // oclif asks for TypeScript where it runs from sources, which the bundle never does.
    external: [...externals, 'typescript'],
    // The bundle runs through vm.Script, which has no import(): a lazy require does the same.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    banner: { js: lazyHelper },
    plugins,
    legalComments: 'none',
    logLevel: 'warning',
  });
  // Pure ASCII, which bin/run.js counts on: esbuild escapes all but what stands in regular expressions.
  // Less to read at each start; names and lines stay, for stack traces.
  const small = await transform(lazyImports(outputFiles[0].text), {
    target: 'node20',
    minifyWhitespace: true,
    lineLimit: 120,
    legalComments: 'none',
  });
  return small.code.replace(
    /[^\0-\x7f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Programs and modules of their own, which start quickly and load little. */
async function bundleFile(source, outfile) {
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: externals,
    // Jest has no import() in CommonJS.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** What oclif's help needs to know of every command, without loading any. */
async function makeManifest(bundleFile) {
  const run = new Script(readOr(bundleFile), { filename: bundleFile }).runInThisContext();
  const bundled = { exports: {} };
  run(bundled.exports, createRequire(bundleFile), bundled, bundleFile, dirname(bundleFile));
  const { table } = bundled.exports;
  const commands = {};
  for (const [id, load] of Object.entries(table)) {
    const { default: command } = await load();
    command.id = id;
    commands[id] = await cacheCommand(command, undefined, false);
  }
  return { commands, version: JSON.parse(readOr(join(root, 'package.json'))).version };
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readOr(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function readOr(file, otherwise = '') {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

if (process.argv[1] === import.meta.filename) await buildAll();
