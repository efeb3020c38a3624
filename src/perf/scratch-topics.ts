import { randomUUID } from 'node:crypto';
import { KctlError, messageOf } from '../base/errors.js';
import type { Cluster } from '../cluster/index.js';
import { createTopics } from '../topics/create.js';
import { deleteTopics } from '../topics/delete.js';

/** Topics that live as long as a measurement. */
export class ScratchTopics {
  readonly #names: string[] = [];

  constructor(private readonly cluster: Cluster) {}

  /** @returns the name of a new topic, which every live broker knows */
  async make(size: { partitions: number; replicationFactor?: number }): Promise<string> {
    const name = `kctl-perf-${randomUUID()}`;
    const { errors } = await createTopics(this.cluster, {
      topics: [{ name, ...size, configs: [] }],
      ...{ ifNotExists: false, strict: false, dryRun: false },
    });
    const [error] = errors;
    if (error) throw new KctlError(`topic ${name}: ${error.message}`, { code: error.code });
    this.#names.push(name);
    return name;
  }

  /** @returns warnings of what could not be deleted */
  async remove(): Promise<string[]> {
    if (this.#names.length === 0) return [];
    try {
      const { errors } = await deleteTopics(this.cluster, { names: this.#names, dryRun: false });
      return errors.map(({ subject, message }) => `${subject} is left over: ${message}`);
    } catch (error) {
      return [`topics are left over, ${this.#names.join(', ')}: ${messageOf(error)}`];
    }
  }
}
