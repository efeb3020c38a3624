import { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { showRate } from '../base/units.js';
import type { Cluster } from '../cluster/index.js';
import { resourceKey } from '../configs/resources.js';
import { type ConfigChange, sendConfigChanges } from '../configs/send.js';
import { awaitChanges } from '../configs/settle.js';
import type { Journal } from './journal.js';
import type { TellRun } from './run/events.js';
import { autoBytesPerSec } from './run/throttles.js';
import type { ThrottleChoice } from './run/types.js';
import {
  askThrottles,
  restoringChanges,
  settingChanges,
  throttledAndAway,
  unknownThrottles,
} from './throttling.js';

/** Throttles that cannot be set for so long end the run: without them nothing may be begun. */
const patienceMs = 60_000;

export interface ThrottlerOptions {
  /** Throttles of brokers that are away are given up. */
  forgetsAway?: boolean | undefined;
  /** The journal was begun before: throttles may stand that it does not want any more. */
  isResumed?: boolean;
}

/** Sets a run's throttles before anything moves, follows changes of mind, and puts back what was there before. */
export class Throttler {
  readonly warnings: string[] = [];
  /** Why the last attempt to set them failed. */
  lastError: ItemError | undefined;
  /** What has been sent of each resource, as text. */
  readonly #sent = new Map<string, string>();
  #choices: number;
  #failingSinceMs: number | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly journal: Journal,
    private readonly tell: TellRun,
    private readonly options: ThrottlerOptions = {},
  ) {
    this.#choices = options.isResumed ? 0 : 1;
  }

  /** Sees to it that all who take part and are alive are throttled. @returns whether they are */
  async keep(alive: ReadonlySet<number>): Promise<boolean> {
    const { state } = this.journal;
    if (this.#choices !== state.throttles.length) {
      this.#choices = state.throttles.length;
      this.#sent.clear();
      if (state.throttle === null) await this.#restoreAlive(alive);
    }
    const errors = [...(await this.#lookAtNew(alive)), ...(await this.#set(alive))];
    const [first] = errors;
    this.lastError = first;
    if (!first) {
      this.#failingSinceMs = undefined;
      return true;
    }
    this.#failingSinceMs ??= performance.now();
    if (performance.now() - this.#failingSinceMs > patienceMs) throw unthrottled(first);
    return false;
  }

  /** Puts everything back. @returns what could not be: then the journal has to stay open */
  async restore(): Promise<ItemError[]> {
    const { state } = this.journal;
    if (state.brokersBefore.size + state.topicsBefore.size === 0) return [];
    this.journal.append({ event: 'restore' });
    const { brokers } = await this.cluster.wire.nodes();
    const alive = new Set(brokers.map(({ id }) => id));
    const errors = await this.#restoreAlive(alive);
    for (const id of throttledAndAway(state, alive)) {
      if (this.options.forgetsAway)
        this.warnings.push(
          `broker ${id} is away, and keeps its throttle; should it come back: kctl throttle list`,
        );
      else errors.push({ ...awayError, subject: `broker ${id}` });
    }
    if (errors.length === 0) {
      await this.tell({ event: 'restored', message: 'throttles are as they were before' });
    }
    return errors;
  }

  /** Looks at throttles before they are touched for the first time, and writes down what they were. */
  async #lookAtNew(alive: ReadonlySet<number>): Promise<ItemError[]> {
    const unknown = unknownThrottles(this.journal.state, alive);
    if (unknown.brokers.length + unknown.topics.length === 0) return [];
    const found = await askThrottles(this.cluster, unknown.brokers, unknown.topics);
    const [brokers, topics] = [[...found.brokers.values()], [...found.topics.values()]];
    if (brokers.length + topics.length > 0) this.journal.append({ event: 'before', brokers, topics });
    return found.errors.filter(({ code }) => code !== 'UNKNOWN_TOPIC_OR_PARTITION');
  }

  /** An answer that was lost counts as an error here: the same is sent again, which does no harm. */
  async #set(alive: ReadonlySet<number>): Promise<ItemError[]> {
    const { state } = this.journal;
    const changes = settingChanges(state, alive).filter(
      (change) => this.#sent.get(resourceKey(change.resource)) !== JSON.stringify(change.operations),
    );
    if (changes.length === 0) return [];
    const isRate = ({ resource }: ConfigChange) => resource.type === 'broker';
    // A broker takes changes in their order: one that shows its rate knows the lists that were sent before.
    const lists = await sendConfigChanges(
      this.cluster,
      changes.filter((change) => !isRate(change)),
    );
    const rates = await sendConfigChanges(this.cluster, changes.filter(isRate));
    const errors = [...lists.errors, ...rates.errors].map(({ error }) => error);
    const done = [...lists.done, ...rates.done];
    const [late] = await this.#shown(done);
    if (late !== undefined) return [...errors, { ...lateError, message: late }];
    for (const { resource, operations } of done)
      this.#sent.set(resourceKey(resource), JSON.stringify(operations));
    if (done.length > 0) await this.tell({ event: 'throttled', message: describeRates(rates.done) });
    return errors;
  }

  async #restoreAlive(alive: ReadonlySet<number>): Promise<ItemError[]> {
    const { state } = this.journal;
    const brokers = [...state.brokersBefore.keys()].filter((id) => alive.has(id));
    const now = await askThrottles(this.cluster, brokers, [...state.topicsBefore.keys()]);
    const { changes, foreign } = restoringChanges(state, now);
    for (const text of foreign) if (!this.warnings.includes(text)) this.warnings.push(text);
    const { done, errors } = await sendConfigChanges(this.cluster, changes);
    const late = await this.#shown(done);
    this.warnings.push(...late.filter((text) => !this.warnings.includes(text)));
    return [...now.errors, ...errors.map(({ error }) => error)].filter(
      ({ code }) => code !== 'UNKNOWN_TOPIC_OR_PARTITION',
    );
  }

  /** Waits until brokers show changes. @returns what is to be said of those that do not in time */
  #shown(changes: ConfigChange[]): Promise<string[]> {
    return awaitChanges(this.cluster, { of: () => [], errors: [] }, changes);
  }
}

const lateError = { subject: 'replication', code: 'THROTTLE_NOT_SHOWN' };

/** Which brokers have got which rate. */
function describeRates(changes: ConfigChange[]): string {
  const brokers = new Map<string, string[]>();
  for (const { resource, operations } of changes) {
    const rates = [...new Set(operations.map(({ value }) => showRate(Number(value))))].join(' and ');
    brokers.set(rates, [...(brokers.get(rates) ?? []), resource.name]);
  }
  const parts = [...brokers].map(([rates, names]) => `broker ${names.join(', ')} at ${rates}`);
  return parts.length > 0
    ? `throttled: ${parts.join('; ')}`
    : 'throttled, at the rates that brokers had before';
}

const awayError = {
  code: 'THROTTLE_LEFT',
  message: 'it is away and keeps the throttle, so the journal stays open',
  hint: 'When it is back: kctl reassign resume. If it never will be: kctl reassign resume --forget-away',
};

export function describeThrottle(choice: ThrottleChoice): string {
  if (choice === null) return 'no throttle';
  return showRate(choice === 'auto' ? autoBytesPerSec : choice);
}

function unthrottled({ subject, code, message }: ItemError): KctlError {
  return new KctlError(`${subject} cannot be throttled, so nothing more is begun`, {
    code,
    words: message,
    hint: 'What runs goes on. Then: kctl reassign resume, or kctl reassign throttle none, or kctl reassign cancel',
  });
}
