#!/usr/bin/env node
'use strict';
// Runs kctl from its sources, without a build: for development only.
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const { status } = spawnSync(
  process.execPath,
  ['--import', require.resolve('tsx'), join(root, 'scripts', 'dev.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
