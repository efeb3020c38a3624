import { KctlError } from '../../base/errors.js';
import { renderJson } from '../../base/json.js';
import type { RecordHeader } from '../../protocol/records/batch.js';
import type { ReadRecord, RecordFormatter, RecordOrigin } from '../format.js';
import { place } from '../input-record.js';
import type { Codec, Codecs, ShownFormat } from './codec.js';

/** Told of a key or value that does not decode and is shown as its bytes. What it throws ends the reading. */
export type OnUndecodable = (record: ReadRecord, origin: RecordOrigin, error: KctlError) => void;

/** Faults told one by one, at most. */
const faultsTold = 5;

/** Tells of what does not decode: the first ones by where they are, all of them by their number. */
export class Undecodable {
  count = 0;

  constructor(private readonly note: (text: string) => void) {}

  add({ offset }: ReadRecord, origin: RecordOrigin, { message }: KctlError): void {
    this.count += 1;
    if (this.count > faultsTold) return;
    this.note(
      `warning: ${origin.topic}-${origin.partition}, offset ${offset}: ${message}; shown as its bytes`,
    );
  }

  noteTotal(): void {
    if (this.count === 0) return;
    this.note(`warning: ${this.count} keys or values did not decode and were shown as their bytes`);
  }
}

/** A formatter that gives another one decoded keys and values: as text, or as JSON for one that writes JSON. */
export function decodedBefore(
  format: RecordFormatter,
  { key, value }: Codecs,
  options: { asJson: boolean; onUndecodable: OnUndecodable },
): RecordFormatter {
  const { asJson, onUndecodable } = options;
  if (!key && !value) return format;
  const shown = new DecodedRecord();
  return (record, origin, out) => {
    const keyBytes = record.keyStart < 0 ? null : record.bytes.subarray(record.keyStart, record.keyEnd);
    const show = (codec: Codec | undefined, start: number, end: number): Shown | undefined => {
      if (start < 0) return undefined;
      const bytes = record.bytes.subarray(start, end);
      try {
        return codec ? showDecoded(codec, bytes, keyBytes, asJson) : { bytes };
      } catch (error) {
        if (!(error instanceof KctlError)) throw error;
        onUndecodable(record, origin, error);
        return asJson
          ? { bytes: Buffer.from(`"${bytes.toString('base64')}"`), encoding: 'base64' }
          : { bytes };
      }
    };
    const keyShown = show(key, record.keyStart, record.keyEnd);
    const valueShown = show(value, record.valueStart, record.valueEnd);
    shown.fill(record, keyShown, valueShown);
    format(shown, origin, out);
  };
}

/** What stands for a key or value; with `encoding` it is JSON. */
interface Shown {
  bytes: Buffer;
  encoding?: ShownFormat;
}

function showDecoded(codec: Codec, bytes: Buffer, key: Buffer | null, asJson: boolean): Shown {
  const decoded = codec.decode(bytes, key);
  return asJson
    ? { bytes: Buffer.from(renderJson(decoded, 0)), encoding: codec.format }
    : { bytes: Buffer.from(codec.textOf(decoded)) };
}

/** A record with what is shown in place of its key and value; filled again for each. */
class DecodedRecord implements ReadRecord {
  bytes = Buffer.alloc(0);
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  timestampMs = -1;
  offset = 0;
  headerCount = 0;
  hasAppendTime = false;
  keyEncoding: ShownFormat | undefined;
  valueEncoding: ShownFormat | undefined;
  headers: () => RecordHeader[] = () => [];

  fill(record: ReadRecord, key: Shown | undefined, value: Shown | undefined): void {
    place(this, key?.bytes, value?.bytes);
    this.timestampMs = record.timestampMs;
    this.offset = record.offset;
    this.headerCount = record.headerCount;
    this.hasAppendTime = record.hasAppendTime;
    this.keyEncoding = key?.encoding;
    this.valueEncoding = value?.encoding;
    this.headers = () => record.headers();
  }
}
