import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KctlError, usageError } from '../../base/errors.js';
import { packageRoot } from '../../base/package-root.js';
import { compareVersions } from './versions.js';

export type EngineProduct = 'kafka' | 'zookeeper';

/** What an engine is made of. */
export interface Definition {
  /** Such as `Apache Kafka 3.9.2`. */
  title: string;
  /** What Maven resolves. */
  pom: string;
  /** Jar name to SHA-256 in hex, in the order of the classpath; null for a version that kctl has no list of. */
  sums: Map<string, string> | null;
  /** Names this very content. */
  folderName: string;
}

const titles: Record<EngineProduct, string> = { kafka: 'Apache Kafka', zookeeper: 'Apache ZooKeeper' };
const oldest: Record<EngineProduct, string> = { kafka: '2.4.0', zookeeper: '3.4.10' };

/** The versions that kctl was tested with and holds to checksums of its own, in order. */
export function pinnedVersions(product: EngineProduct): string[] {
  return readdirSync(join(packageRoot(), 'engine'))
    .filter((folder) => folder.startsWith(`${product}-`))
    .map((folder) => folder.slice(product.length + 1))
    .sort(compareVersions);
}

/** @throws a usage error for what is no version, or one too old */
export function readDefinition(product: EngineProduct, version: string): Definition {
  const title = `${titles[product]} ${version}`;
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    const tested = pinnedVersions(product);
    const near = tested.findLast((each) => each.startsWith(`${version}.`));
    throw usageError(
      `"${version}" is not a version of ${titles[product]}`,
      `${near ? `Is it ${near}? ` : ''}Tested ones are ${tested.join(', ')}.`,
    );
  }
  if (compareVersions(version, oldest[product]) < 0)
    throw usageError(`${title} cannot be run by kctl`, `${oldest[product]} is the oldest that can.`);
  const name = `${product}-${version}`;
  const folder = join(packageRoot(), 'engine', name);
  const pomFile = join(folder, 'pom.xml');
  const listFile = join(folder, 'jars.sha256');
  const pom = existsSync(pomFile) ? readFileSync(pomFile, 'utf8') : enginePom(product, version);
  const list = existsSync(listFile) ? readFileSync(listFile, 'utf8') : null;
  const hash = createHash('sha256')
    .update(pom)
    .update(list ?? '');
  return {
    title,
    pom,
    sums: list === null ? null : parseChecksums(list),
    folderName: `${name}-${hash.digest('hex').slice(0, 12)}`,
  };
}

/** Parses lines of `<sha256>  <jar>`, as sha256sum writes and checks them. */
export function parseChecksums(list: string): Map<string, string> {
  const rows = list.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const [, sum, jar] = /^([0-9a-f]{64}) [ *]([A-Za-z0-9._-]+\.jar)$/.exec(line) ?? [];
      if (!sum || !jar)
        throw new KctlError(`not a line of a checksum list: ${line}`, { code: 'ENGINE_CHECKSUM' });
      return [jar, sum];
    }),
  );
}

const reload4j = [
  'org.slf4j:slf4j-api:1.7.36',
  'org.slf4j:slf4j-reload4j:1.7.36',
  'ch.qos.reload4j:reload4j:1.2.25',
];
const log4j2 = [
  'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4',
  'org.apache.logging.log4j:log4j-core:2.25.4',
];
/** What ZooKeeper uses and expects to find (its pom calls it provided): for the AdminServer, and for the server itself. */
const adminServer = [
  'org.eclipse.jetty:jetty-server:9.4.57.v20241219',
  'org.eclipse.jetty:jetty-servlet:9.4.57.v20241219',
  'com.fasterxml.jackson.core:jackson-databind:2.16.2',
];
const provided = ['io.dropwizard.metrics:metrics-core:4.1.12.1', 'org.xerial.snappy:snappy-java:1.1.10.5'];

/** The pom of a version that has none of its own in `engine/`: all that it declares, and one way of logging. */
export function enginePom(product: EngineProduct, version: string): string {
  const isKafka = product === 'kafka';
  const main = isKafka
    ? `org.apache.kafka:kafka_2.13:${version}`
    : `org.apache.zookeeper:zookeeper:${version}`;
  const since = (first: string) => !isKafka && compareVersions(version, first) >= 0;
  const more = [...(since('3.5') ? adminServer : []), ...(since('3.6') ? provided : [])];
  const logging = isKafka && compareVersions(version, '4.0') >= 0 ? log4j2 : reload4j;
  const exclusions = ['log4j:log4j', 'org.slf4j:slf4j-log4j12', 'ch.qos.logback:logback-classic']
    .concat('ch.qos.logback:logback-core')
    .map((each) => `<exclusion>${coordinates(each)}</exclusion>`)
    .join('');
  const dependencies = [main, ...more, ...logging].map(
    (each) => `<dependency>${coordinates(each)}<exclusions>${exclusions}</exclusions></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  ${coordinates(`kctl.engine:${product}-${version}:1`)}
  <packaging>pom</packaging>
  <dependencies>
    ${dependencies.join('\n    ')}
  </dependencies>
  <build><pluginManagement><plugins><plugin>
    ${coordinates('org.apache.maven.plugins:maven-dependency-plugin:3.9.0')}
    <configuration><includeScope>runtime</includeScope></configuration>
  </plugin></plugins></pluginManagement></build>
</project>
`;
}

function coordinates(text: string): string {
  const [groupId, artifactId, version] = text.split(':');
  const parts = [`<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId>`];
  return parts.concat(version ? `<version>${version}</version>` : []).join('');
}
