import { api, array, bool, int8, int16, int32, string } from '../schema.js';

export const describeConfigs = api({
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 4],
  flexible: 4,
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      /** Null asks for all. */
      configurationKeys: array(string()).nullable(),
    }),
    includeSynonyms: bool().default(false),
    includeDocumentation: bool().since(3),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      errorCode: int16(),
      errorMessage: string().nullable(),
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        value: string().nullable(),
        readOnly: bool(),
        configSource: int8().default(-1),
        isSensitive: bool(),
        synonyms: array({ name: string(), value: string().nullable(), source: int8() }),
        configType: int8().since(3),
        documentation: string().since(3).nullable(),
      }),
    }),
  },
});
