/**
 * What many commands may come to need and few do, in bundles of their own that bin/run.js loads at their first use:
 * each by the import that asks for it.
 */
export const parts = {
  help: { asked: /^\.\/help\.js$/, contents: "export * from './src/cli/help.ts';" },
  yaml: { asked: /^yaml$/, contents: "export * from 'yaml';" },
};

/** Leaves the parts out of a bundle, which asks for them by the names of their files. */
export const sharedParts = {
  name: 'shared-parts',
  setup(build) {
    for (const [name, { asked }] of Object.entries(parts))
      build.onResolve({ filter: asked }, () => ({ path: `./${name}.cjs`, external: true }));
  },
};
