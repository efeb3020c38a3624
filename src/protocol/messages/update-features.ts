import { controllerMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, string } from '../schema.js';

/** KIP-584, KIP-778. */
export const updateFeatures = api({
  key: 57,
  name: 'UpdateFeatures',
  versions: [0, 2],
  flexible: 0,
  retries: controllerMoved,
  changes: true,
  request: {
    timeoutMs: int32().default(60_000),
    featureUpdates: array({
      feature: string(),
      /** 0 takes the feature away. */
      maxVersionLevel: int16(),
      allowDowngrade: bool().versions(0, 0),
      /** 1 upgrade, 2 downgrade that loses nothing, 3 downgrade that may lose metadata. */
      upgradeType: int8().since(1).default(1),
    }),
    validateOnly: bool().since(1).default(false),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable(),
    /** From version 2 on there is one outcome for all. */
    results: array({ feature: string(), errorCode: int16(), errorMessage: string().nullable() })
      .versions(0, 1)
      .ignorable(),
  },
});
