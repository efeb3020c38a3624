/** Packages with native binaries: they stay in node_modules, and are loaded at their first use. */
export const externals = ['@node-rs/crc32', '@toondepauw/node-zstd', 'lz4-napi', 'snappy'];
