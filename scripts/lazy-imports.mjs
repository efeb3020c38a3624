/**
 * Makes the bundle load Node's modules and oclif's parts when something of them is first used. As they are written, each
 * module of a command brings all that any of its functions may ever need, which takes longer than the command itself.
 */
import { readFile } from 'node:fs/promises';

/** Kept beside the bundle's own helpers. */
export const lazyHelper = 'const __lazy = (load) => { let loaded; return () => (loaded ??= load()); };';

/** What TypeScript's compiler made of `import` in oclif: `const errors_1 = require("./errors")`. */
const compiledImport = /^const (\w+_1) = (.*\brequire\(.*\).*);$/gm;

/** oclif's modules with their requires made lazy. */
export const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const names = [...source.matchAll(compiledImport)].map(([, name]) => name);
      const uses = new RegExp(`(?<![.\\w])(${names.join('|') || '(?!)'})\\b`, 'g');
      const contents = source
        .replace(uses, '($1())')
        .replace(/^const \((\w+_1)\(\)\) = (.*);$/gm, 'const $1 = __lazy(() => $2);');
      return { contents, loader: 'js' };
    });
  },
};

/** Modules that commands require and never use, and what stands for them. */
const unused = [
  // kctl logs in by itself.
  [/[\\/]kafkajs[\\/]src[\\/]broker[\\/]saslAuthenticator[\\/]index\.js$/, 'class SASLAuthenticator {}'],
  // What oclif would say of itself with DEBUG.
  [/[\\/]debug[\\/]src[\\/]index\.js$/, '() => () => {}'],
  // oclif's own start, its help and its way to show progress.
  [/[\\/]@oclif[\\/]core[\\/]lib[\\/](config|help)[\\/](index|util)\.js$/, '{}'],
  [/[\\/]@oclif[\\/]core[\\/]lib[\\/]ux[\\/]action[\\/]spinner\.js$/, "require('./simple.js')"],
];

export const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    for (const [filter, contents] of unused)
      build.onLoad({ filter }, () => ({ contents: `module.exports = ${contents};` }));
  },
};

/** What esbuild made of `import` of a module outside of the bundle: `import_node_os = require("node:os")`. */
const bundledImport = /^(\s+)(import_\w+) = (.*\brequire\("[^"]+"\).*);$/gm;

/** The bundle with every import of Node's modules made lazy. */
export function lazyImports(code) {
  const names = new Set([...code.matchAll(bundledImport)].map(([, , name]) => name));
  return code
    .replace(bundledImport, '$1$2 = __lazy(() => $3);')
    .replace(/\b(import_\w+)\./g, (use, name) => (names.has(name) ? `(${name}()).` : use));
}
