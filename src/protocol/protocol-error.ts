import { KctlError } from '../base/errors.js';

/** Bytes from a broker that are not what their declaration says: truncated, oversized or mistyped. */
export class ProtocolError extends KctlError {
  constructor(message: string) {
    super(message, { code: 'MALFORMED_RESPONSE' });
    this.name = 'ProtocolError';
  }
}

/** A value was given for a field that the version agreed with the broker cannot carry. */
export class UnsupportedFieldError extends KctlError {
  constructor(
    readonly field: string,
    version: number,
  ) {
    super(`The broker is too old for ${field} (version ${version} of the request cannot carry it)`, {
      code: 'UNSUPPORTED_FIELD',
    });
    this.name = 'UnsupportedFieldError';
  }
}

/** A value that the field's type cannot hold, such as 40000 in an int16. */
export class InvalidFieldError extends KctlError {
  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field} ${problem}`, { code: 'INVALID_FIELD' });
    this.name = 'InvalidFieldError';
  }
}
