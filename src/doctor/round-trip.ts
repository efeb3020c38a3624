import { randomBytes } from 'node:crypto';
import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Wire } from '../cluster/index.js';
import { batchOfOne, readsRecord, writeBatch } from '../cluster/one-record.js';
import { errorOf } from '../protocol/errors.js';
import { metadata } from '../protocol/messages/metadata.js';

/**
 * Writes a record of 16 random bytes to the first partition that is led, and reads it back.
 * @throws KctlError in the broker's words
 */
export async function roundTrip(wire: Wire, topic: string): Promise<string> {
  const question = { topics: [{ name: topic }], allowAutoTopicCreation: false };
  const { topics } = await wire.request(metadata, question);
  const found = topics[0];
  if (found?.errorCode !== 0) throw refused(`topic ${topic}`, found?.errorCode ?? -1, null);
  const led = found.partitions.find(({ leaderId }) => leaderId >= 0);
  if (!led)
    throw refused(`topic ${topic}`, found.partitions[0]?.errorCode ?? -1, 'no partition has a leader');
  const { leaderId, partitionIndex } = led;
  const value = randomBytes(16);
  const startedAt = performance.now();
  const written = await writeBatch(wire, leaderId, topic, partitionIndex, batchOfOne(value));
  if (written.errorCode !== 0)
    throw refused(`${topic}-${partitionIndex}`, written.errorCode, written.errorMessage);
  const writtenMs = Math.round(performance.now() - startedAt);
  while (!(await readsRecord(wire, leaderId, topic, partitionIndex, written.baseOffset, value))) {
    if (wire.deadline.passed) {
      throw new KctlError(
        `the record at ${topic}-${partitionIndex} ${written.baseOffset} was not read back`,
        {
          code: 'NOT_READ_BACK',
          exitCode: ExitCode.timedOut,
          hint: 'Is the user allowed to read the topic, and are its replicas in sync?',
        },
      );
    }
    await pause(50);
  }
  return `${topic}-${partitionIndex} at broker ${leaderId}: written in ${writtenMs} ms, read back at offset ${written.baseOffset}`;
}

function refused(subject: string, errorCode: number, words: string | null): KctlError {
  const { name, message } = errorOf(errorCode);
  return new KctlError(`${subject}: ${words ?? message}`, { code: name });
}
