/**
 * A broker does not say which release it is, but each release speaks some request in a version that none
 * before it did. Newest first; taken from the message specifications in the clients jars of each release.
 */
const firstSpokenIn: Array<[release: string, apiKey: number, version: number]> = [
  ['4.3', 35, 5],
  ['4.2', 2, 11],
  ['4.1', 0, 13],
  ['4.0', 0, 12],
  ['3.9', 1, 17],
  ['3.8', 0, 11],
  ['3.7', 0, 10],
  ['3.6', 24, 4],
  ['3.5', 2, 8],
  // With ZooKeeper only: in KRaft, 3.4 speaks just what 3.3 does.
  ['3.4', 6, 8],
  ['3.3', 35, 4],
  ['3.2', 11, 9],
  ['3.1', 3, 12],
  ['3.0', 2, 7],
  ['2.8', 0, 9],
  ['2.7', 19, 6],
  ['2.6', 32, 3],
  ['2.5', 11, 7],
  ['2.4', 44, 1],
];

/**
 * The release of Apache Kafka that a broker's ApiVersions answer looks like, such as `3.9`; a newer release
 * than kctl knows looks like the newest it knows. Null below 2.4.
 */
export function releaseOf(versions: ReadonlyMap<number, { maxVersion: number }>): string | null {
  const spoken = firstSpokenIn.find(
    ([, apiKey, version]) => (versions.get(apiKey)?.maxVersion ?? -1) >= version,
  );
  return spoken?.[0] ?? null;
}
