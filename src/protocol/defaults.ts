import { type FieldSpec, type FieldType, zeroUuid } from './schema.js';

const emptyBytes = Buffer.alloc(0);

/** The value of a field that was not given, or that a version lacks; arrays and structs are made anew. */
export function defaultOf(spec: FieldSpec): unknown {
  return spec.default === undefined ? zeroOf(spec.type) : spec.default;
}

function zeroOf(type: FieldType): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int64':
      return 0n;
    case 'string':
      return '';
    case 'uuid':
      return zeroUuid;
    case 'bytes':
    case 'records':
      return emptyBytes;
    case 'array':
      return [];
    case 'struct':
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [name, defaultOf(field.spec)]),
      );
    default:
      return 0;
  }
}

/** Whether a value says no more than leaving the field out would. */
export function isDefault({ type, default: given }: FieldSpec, value: unknown): boolean {
  if (value === undefined) return true;
  if (value === null || given !== undefined) return value === given;
  switch (type.kind) {
    case 'bytes':
    case 'records':
    case 'array':
      return (value as Buffer | unknown[]).length === 0;
    case 'struct': {
      const body = value as Record<string, unknown>;
      return Object.entries(type.fields).every(([name, field]) => isDefault(field.spec, body[name]));
    }
    default:
      return value === zeroOf(type);
  }
}
