import { api, array, bool, int8, int16, int32, type Keep, string } from '../schema.js';

const configs = array({
  name: string(),
  value: string().nullable(),
  readOnly: bool(),
  configSource: int8().default(-1),
  isSensitive: bool(),
  synonyms: array({ name: string(), value: string().nullable(), source: int8() }),
  configType: int8().since(3),
  documentation: string().since(3).nullable(),
});

const responseWith = (of: typeof configs) => ({
  throttleTimeMs: int32(),
  results: array({
    errorCode: int16(),
    errorMessage: string().nullable(),
    resourceType: int8(),
    resourceName: string(),
    configs: of,
  }),
});

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
  response: responseWith(configs),
});

/** The same request; of its answer, which has some forty configurations a topic, only those are read that are kept. */
export function describeConfigsKeeping(keep: Keep): typeof describeConfigs {
  return { ...describeConfigs, response: responseWith(configs.keeping(keep)) };
}
