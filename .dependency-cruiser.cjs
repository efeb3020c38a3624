/**
 * The layers of docs/design.md, as rules. `base` (errors, result types, pure grammars) is open to all;
 * what a layer may import beyond itself and `base` is listed here and nowhere else.
 */
const operations =
  '^src/(topics|groups|transactions|configs|leaders|quotas|tokens|logs|perf|acls|users|completion|requests|brokers|reassign|records|zk|znodes|ensemble|registry|contexts|doctor|local)/';
const layers = {
  '^src/testing/': [operations, '^src/cluster/'],
  '^src/commands/': [operations, '^src/cli/', '^src/render/'],
  '^src/cli/': ['^src/cluster/', '^src/render/'],
  [operations]: [operations, '^src/client/', '^src/cluster/', '^src/protocol/', '^src/render/view\\.ts$'],
  '^src/client/': ['^src/cluster/', '^src/protocol/'],
  '^src/cluster/': ['^src/protocol/'],
  '^src/protocol/': [],
  '^src/reassign/plan/': [],
  '^src/reassign/run/': ['^src/reassign/plan/'],
  '^src/render/': [],
  '^src/base/': [],
};

const only = (name, importers, modules) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: importers },
  to: { path: modules },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(layers).map(([from, allowed]) => ({
      name: `layer ${from}`,
      severity: 'error',
      from: { path: from },
      to: { path: '^src/', pathNot: [from, '^src/base/', ...allowed] },
    })),
    only('kafkajs stays inside src/cluster', '^src/cluster/', 'node_modules/kafkajs'),
    only('chalk and cli-table3 stay inside src/render', '^src/render/', 'node_modules/(chalk|cli-table3)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
