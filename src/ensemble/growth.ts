import type { Finding, ServerReport } from './types.js';

/** Logs are made 64 MiB at a time (zookeeper.preAllocSize): less time than this shows no rate. */
const shortestMs = 10 * 60_000;
const hourMs = 60 * 60_000;

/** Remembers how large the snapshots and logs of servers were, and finds those that grow quickly. */
export class GrowthLog {
  readonly #marks = new Map<string, { atMs: number; bytes: number }>();

  /** @param maxBytesPerHour what a server may grow by */
  assess(servers: ServerReport[], atMs: number, maxBytesPerHour: number): Finding[] {
    return servers.flatMap(({ dataDirBytes, logDirBytes, server }): Finding[] => {
      if (dataDirBytes === undefined && logDirBytes === undefined) return [];
      const bytes = (dataDirBytes ?? 0) + (logDirBytes ?? 0);
      const mark = this.#marks.get(server);
      // What was purged, or is long past, says nothing of what comes.
      if (!mark || bytes < mark.bytes || atMs - mark.atMs > hourMs) this.#marks.set(server, { atMs, bytes });
      if (!mark || atMs - mark.atMs < shortestMs) return [];
      const perHour = (bytes - mark.bytes) / ((atMs - mark.atMs) / hourMs);
      if (perHour <= maxBytesPerHour) return [];
      return [
        {
          severity: 'warning',
          code: 'DISK_GROWTH',
          server,
          message: `its snapshots and logs grow by ${Math.round(perHour / 1024 ** 2)} MiB an hour`,
          hint: 'autopurge.purgeInterval and autopurge.snapRetainCount clean up.',
        },
      ];
    });
  }
}
