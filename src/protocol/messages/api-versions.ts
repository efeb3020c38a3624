import { api, array, bool, int16, int32, int64, string } from '../schema.js';

export const apiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 4],
  flexible: 3,
  request: {
    clientSoftwareName: string().since(3).ignorable(),
    clientSoftwareVersion: string().since(3).ignorable(),
  },
  response: {
    errorCode: int16(),
    apiKeys: array({ apiKey: int16(), minVersion: int16(), maxVersion: int16() }),
    throttleTimeMs: int32().since(1),
    supportedFeatures: array({ name: string(), minVersion: int16(), maxVersion: int16() }).tag(0, 3),
    finalizedFeaturesEpoch: int64().default(-1n).tag(1, 3),
    finalizedFeatures: array({ name: string(), maxVersionLevel: int16(), minVersionLevel: int16() }).tag(
      2,
      3,
    ),
    zkMigrationReady: bool().tag(3, 3),
  },
});

/** How kctl introduces itself to a broker, which counts its clients by it (KIP-511). */
export const clientSoftware = { clientSoftwareName: 'kctl', clientSoftwareVersion: '0' };
