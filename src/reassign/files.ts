import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { renderJson } from '../base/json.js';
import { parsePlan } from './plan/document.js';
import { type KafkaAssignment, parseKafkaJson } from './plan/kafka-json.js';
import { parseSnapshot } from './plan/snapshot.js';
import type { ClusterSnapshot, ReassignmentPlan } from './plan/types.js';
import { isCordon } from './run/journal-state.js';
import type { Cordon } from './run/types.js';

/** A larger file is none of these. */
const mostBytes = 512 * 1024 * 1024;

export function readSnapshotFile(path: string): ClusterSnapshot {
  return parseSnapshot(readText(path));
}

/** A plan with what is to be done beside moving. */
export interface KeptPlan extends ReassignmentPlan {
  cordons?: Cordon[];
}

/** @throws KctlError INVALID_PLAN */
export function readPlanFile(path: string): KeptPlan {
  const plan: KeptPlan = parsePlan(readText(path));
  const { cordons = [] } = plan;
  if (Array.isArray(cordons) && cordons.every(isCordon)) return plan;
  throw new KctlError('this is not a plan that can be carried out: its cordons are not complete', {
    code: 'INVALID_PLAN',
    exitCode: ExitCode.usage,
  });
}

export function readKafkaFile(path: string): KafkaAssignment[] {
  return parseKafkaJson(readText(path));
}

/** Writes a plan for "reassign apply", readable by its owner only. */
export function writePlanFile(path: string, plan: KeptPlan): void {
  try {
    writeFileSync(path, `${renderJson(plan, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw fileError('write', path, error);
  }
}

function readText(path: string): string {
  try {
    if (path !== '-' && statSync(path).size > mostBytes) throw new Error('it is larger than 512 MiB');
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw fileError('read', path, error);
  }
}

function fileError(what: 'read' | 'write', path: string, error: unknown): KctlError {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new KctlError(`cannot ${what} ${path}`, {
    code: (error as NodeJS.ErrnoException).code ?? 'INVALID_FILE',
    exitCode: isMissing ? ExitCode.notFound : ExitCode.failed,
    words: messageOf(error),
  });
}
