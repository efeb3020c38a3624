import { codecOf } from './compile.js';
import { Reader } from './reader.js';
import type { Api, Input, Output, Shape } from './schema.js';
import { passOverTags } from './skip.js';
import { Writer } from './writer.js';

export interface RequestHeader {
  correlationId: number;
  clientId: string | null;
}

const apiVersionsKey = 18;
const unsupportedVersion = 35;

/**
 * A request as it goes over the wire: the 4-byte size, the header (version 1, or 2 in flexible versions) and the
 * body. It comes in parts, to be sent one behind the other: record batches are not copied.
 * @throws UnsupportedFieldError when the version cannot carry a value that was given
 * @throws InvalidFieldError when a value does not fit its type
 */
export function encodeRequest<Req extends Shape>(
  api: Api<Req>,
  version: number,
  header: RequestHeader,
  body: Input<Req>,
): Buffer[] {
  const writer = new Writer();
  writer.int32(0);
  writer.int16(api.key);
  writer.int16(version);
  writer.int32(header.correlationId);
  writeClientId(writer, header.clientId);
  if (isFlexible(api, version)) writer.unsignedVarint(0);
  codecOf(api.request, version, api.flexible).write(writer, body);
  const parts = writer.finishParts();
  const frameBytes = parts.reduce((sum, { length }) => sum + length, 0);
  parts[0]?.writeInt32BE(frameBytes - 4, 0);
  return parts;
}

/** The client id stays a classic nullable string in the flexible header too. */
function writeClientId(writer: Writer, clientId: string | null): void {
  const length = clientId === null ? -1 : Buffer.byteLength(clientId);
  writer.int16(length);
  if (clientId !== null) writer.string(clientId, length);
}

/**
 * Decodes a response frame.
 * @param frame what follows the 4-byte size, from the correlation id on; decoded bytes and records are views of it
 * @throws ProtocolError when the frame is not what the declaration says
 */
export function decodeResponse<Res extends Shape>(
  api: Api<Shape, Res>,
  version: number,
  frame: Buffer,
): Output<Res> {
  const reader = new Reader(frame, `The answer to ${api.name} (version ${version})`);
  reader.int32();
  if (isFlexible(api, version) && api.key !== apiVersionsKey) passOverTags(reader);
  const body = codecOf(api.response, answeredVersion(api, version, frame), api.flexible).read(reader);
  reader.end();
  return body;
}

/**
 * A broker that lacks the version of an ApiVersions request answers in version 0 with UNSUPPORTED_VERSION;
 * its header is always version 0, so that any client can read it (KIP-511).
 */
function answeredVersion(api: Api, version: number, frame: Buffer): number {
  const refused =
    api.key === apiVersionsKey && frame.length >= 6 && frame.readInt16BE(4) === unsupportedVersion;
  return refused ? 0 : version;
}

function isFlexible({ flexible }: Pick<Api, 'flexible'>, version: number): boolean {
  return flexible !== undefined && version >= flexible;
}
