/**
 * Packages that stay in node_modules, and are loaded at their first use: those with native binaries, and those
 * whose code only few commands need.
 */
export const externals = [
  '@node-rs/crc32',
  '@peculiar/x509',
  '@toondepauw/node-zstd',
  'avsc',
  'jks-js',
  'lz4-napi',
  'protobufjs',
  'reflect-metadata',
  'snappy',
  'socks',
];
