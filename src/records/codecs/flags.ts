import * as Flags from '@oclif/core/flags';
import { type Codecs, type DataFormat, dataFormats, openCodec } from './codec.js';

const format = Flags.option({ options: dataFormats, default: 'string' });
const inGroup = { helpGroup: 'DATA' } as const;
const file = { helpValue: '<file>', ...inGroup } as const;
const schema = 'an Avro .avsc or a Protobuf .proto';

/** What the bytes of keys and values are: for whoever writes them. */
export const encodeFlags = {
  'key-format': format({ description: 'what the bytes of keys are', ...inGroup }),
  'key-schema': Flags.string({ description: `of keys: ${schema}`, ...file }),
  'key-message': Flags.string({
    description: 'the Protobuf message of keys',
    helpValue: '<name>',
    ...inGroup,
  }),
  'value-format': format({ description: 'what the bytes of values are', ...inGroup }),
  'value-schema': Flags.string({ description: `of values: ${schema}`, ...file }),
  'value-message': Flags.string({
    description: 'the Protobuf message of values',
    helpValue: '<name>',
    ...inGroup,
  }),
};

/** The same for whoever reads them. */
export const decodeFlags = {
  ...encodeFlags,
  'key-reader-schema': Flags.string({ description: 'show keys in the form of this Avro schema', ...file }),
  'value-reader-schema': Flags.string({
    description: 'show values in the form of this Avro schema',
    ...file,
  }),
};

type Side = 'key' | 'value';
export type CodecFlagValues = { [Name in `${Side}-format`]: DataFormat } & {
  [Name in `${Side}-${'schema' | 'reader-schema' | 'message'}`]?: string | undefined;
};

/** @throws KctlError exit 2 for flags that do not belong together, exit 1 for a schema that cannot be used */
export async function openCodecs(flags: CodecFlagValues): Promise<Codecs> {
  const open = (side: Side) =>
    openCodec({
      side,
      format: flags[`${side}-format`],
      schema: flags[`${side}-schema`],
      readerSchema: flags[`${side}-reader-schema`],
      message: flags[`${side}-message`],
    });
  const [key, value] = await Promise.all([open('key'), open('value')]);
  return { key, value };
}
