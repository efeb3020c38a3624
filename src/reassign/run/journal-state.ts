import { ExitCode, KctlError } from '../../base/errors.js';
import { isCount, isMove, isObject, parseObject } from '../plan/document.js';
import type { PlannedMove } from '../plan/types.js';
import type { RunMode } from './machine.js';
import {
  type Before,
  type BrokerBefore,
  type RateKey,
  type ReplicasKey,
  rateKeys,
  replicasKeys,
  type TopicBefore,
} from './throttles.js';
import type { Cordon, RunLimits, ThrottleChoice } from './types.js';

/** The first line of a journal: what is to be done. */
export interface JournalHead {
  kind: 'ReassignmentJournal';
  version: 1;
  clusterId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  intent: string;
  throttle: ThrottleChoice;
  limits: RunLimits;
  moves: PlannedMove[];
  /** Set before anything moves; what was before them is put back when the run is taken back. */
  cordons?: Cordon[];
}

/** How a run ended. `partial`: some moves could not be made. */
export type RunOutcome = 'done' | 'partial' | 'cancelled';

/** A later line, written before what it tells of is done. Moves are given by their place in the head's list. */
export type JournalEvent =
  | { event: 'before'; brokers: BrokerBefore[]; topics: TopicBefore[] }
  | { event: 'throttle'; throttle: ThrottleChoice }
  | { event: 'submit'; moves: number[] }
  | { event: 'done'; moves: number[] }
  | { event: 'aside'; move: number; reason: string }
  | { event: 'cancel' }
  | { event: 'take-back'; moves: number[] }
  | { event: 'reorder'; moves: number[] }
  | { event: 'elect' }
  | { event: 'restore' }
  | { event: 'end'; outcome: RunOutcome };

/** What the lines of a journal come to. */
export interface JournalState {
  head: JournalHead;
  mode: RunMode;
  throttle: ThrottleChoice;
  /** Every choice of a throttle so far: what was set by the run is among them. */
  throttles: ThrottleChoice[];
  /** What each throttle was before the run touched it. */
  brokersBefore: Map<number, BrokerBefore>;
  topicsBefore: Map<string, TopicBefore>;
  done: Set<number>;
  /** Null: the journal is open. */
  outcome: RunOutcome | null;
}

export function openingState(head: JournalHead): JournalState {
  return {
    head,
    mode: 'apply',
    throttle: head.throttle,
    throttles: [head.throttle],
    brokersBefore: new Map(),
    topicsBefore: new Map(),
    done: new Set(),
    outcome: null,
  };
}

/** Takes one event into account. The first word on what was before holds: later ones may have seen the run's own. */
export function advance(state: JournalState, event: JournalEvent): void {
  switch (event.event) {
    case 'before':
      for (const before of event.brokers) {
        if (!state.brokersBefore.has(before.broker)) state.brokersBefore.set(before.broker, before);
      }
      for (const before of event.topics) {
        if (!state.topicsBefore.has(before.topic)) state.topicsBefore.set(before.topic, before);
      }
      break;
    case 'throttle':
      state.throttle = event.throttle;
      state.throttles.push(event.throttle);
      break;
    case 'done':
      for (const move of event.moves) state.done.add(move);
      break;
    case 'cancel':
      state.mode = 'cancel';
      break;
    case 'end':
      state.outcome = event.outcome;
      break;
  }
}

/** @throws KctlError INVALID_JOURNAL */
export function parseHead(line: string): JournalHead {
  const head = parseObject(line, 'a journal of a reassignment');
  const { kind, version, clusterId, startedAt, intent, throttle, limits, moves, cordons = [] } = head;
  if (kind !== 'ReassignmentJournal')
    throw invalidJournal(`its kind is ${JSON.stringify(kind) ?? 'missing'}, not "ReassignmentJournal"`);
  if (version !== 1) throw invalidJournal(`version ${JSON.stringify(version)} is not known`);
  if (typeof clusterId !== 'string' || typeof intent !== 'string' || !isCount(startedAt))
    throw invalidJournal('its first line does not say of which cluster, since when and what for');
  if (!isThrottle(throttle)) throw invalidJournal('its throttle is not one');
  if (!isLimits(limits)) throw invalidJournal('its limits are not complete');
  if (!Array.isArray(moves) || !moves.every(isMove)) throw invalidJournal('its moves are not complete');
  if (!Array.isArray(cordons) || !cordons.every(isCordon))
    throw invalidJournal('its cordons are not complete');
  return { kind, version, clusterId, startedAt, intent, throttle, limits, moves, cordons };
}

/** @throws KctlError INVALID_JOURNAL */
export function parseEvent(line: string, { moves }: JournalHead): JournalEvent {
  const found = parseObject(line, 'a journal of a reassignment');
  const isIndex = (value: unknown) => isCount(value) && value < moves.length;
  const areMoves = Array.isArray(found.moves) && found.moves.every(isIndex);
  const isValid = {
    before: () =>
      Array.isArray(found.brokers) &&
      found.brokers.every(isBrokerBefore) &&
      Array.isArray(found.topics) &&
      found.topics.every(isTopicBefore),
    throttle: () => isThrottle(found.throttle),
    submit: () => areMoves,
    done: () => areMoves,
    aside: () => isIndex(found.move) && typeof found.reason === 'string',
    cancel: () => true,
    'take-back': () => areMoves,
    reorder: () => areMoves,
    elect: () => true,
    restore: () => true,
    end: () => ['done', 'partial', 'cancelled'].includes(String(found.outcome)),
  } satisfies Record<JournalEvent['event'], () => boolean>;
  const name = String(found.event);
  if (!Object.hasOwn(isValid, name)) throw invalidJournal(`it has an event that is not known: ${name}`);
  if (!isValid[name as JournalEvent['event']]()) throw invalidJournal(`its event "${name}" is not complete`);
  return found as unknown as JournalEvent;
}

function isThrottle(value: unknown): value is ThrottleChoice {
  return value === null || value === 'auto' || (isCount(value) && value > 0);
}

function isLimits(value: unknown): value is RunLimits {
  if (!isObject(value)) return false;
  const { movesPerBroker, batchBytes, stallAfterMs } = value;
  return [movesPerBroker, batchBytes, stallAfterMs].every((limit) => isCount(limit) && limit > 0);
}

export function isCordon(value: unknown): value is Cordon {
  if (!isObject(value)) return false;
  const { broker, before, during } = value;
  return isCount(broker) && [before, during].every((text) => text === null || typeof text === 'string');
}

function isBrokerBefore(value: unknown): boolean {
  return isObject(value) && isCount(value.broker) && areBefore(value.rates, rateKeys, /^-?\d{1,19}$/);
}

function isTopicBefore(value: unknown): boolean {
  const list = /^[\d:,* ]*$/;
  return isObject(value) && typeof value.topic === 'string' && areBefore(value.lists, replicasKeys, list);
}

function areBefore(
  values: unknown,
  keys: readonly (RateKey | ReplicasKey)[],
  form: RegExp,
): values is Before<RateKey | ReplicasKey>[] {
  const isValue = (value: unknown) => value === null || (typeof value === 'string' && form.test(value));
  return (
    Array.isArray(values) &&
    values.every(
      (value) =>
        isObject(value) &&
        keys.some((key) => key === value.key) &&
        isValue(value.own) &&
        isValue(value.effective),
    )
  );
}

export function invalidJournal(why: string): KctlError {
  return new KctlError(`this is not a journal that kctl can go on with: ${why}`, {
    code: 'INVALID_JOURNAL',
    exitCode: ExitCode.usage,
    hint: 'Look at what is going on with "kctl reassign status", and take it over with "kctl reassign adopt".',
  });
}
