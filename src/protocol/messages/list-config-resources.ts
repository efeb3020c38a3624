import { api, array, int8, int16, int32, string } from '../schema.js';

/** KIP-1142; up to Kafka 4.0 its version 0 is ListClientMetricsResources (KIP-714) and lists client metrics only. */
export const listConfigResources = api({
  key: 74,
  name: 'ListConfigResources',
  versions: [0, 1],
  flexible: 0,
  request: {
    /** All that the broker knows when empty. */
    resourceTypes: array(int8()).since(1),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    configResources: array({ resourceName: string(), resourceType: int8().since(1).default(16).ignorable() }),
  },
});
