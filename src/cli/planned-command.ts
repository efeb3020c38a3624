import type { ResultDocument } from '../base/result.js';
import type { OutputFormat } from '../render/document.js';
import type { View } from '../render/view.js';
import { KctlCommand } from './command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from './flags.js';
import type { Streams } from './streams.js';

interface Shown {
  document: ResultDocument;
  view: View;
}

/** Where a change tells how far it is, and when it should end. */
interface RunOutput {
  streams: Streams;
  format: OutputFormat;
  signal: AbortSignal;
}

/** A change that was worked out in full before anything is done. */
export interface PlannedChange {
  plan: Shown;
  /** What a person is asked; null where the plan is all that is wanted, or there is nothing to do. */
  question: string | null;
  /** @returns what came of it, and what to say to a person at the end */
  carryOut(output: RunOutput): Promise<Shown & { notes: string[] }>;
}

interface PlannedFlagValues {
  yes?: boolean;
  'confirm-context'?: string | undefined;
  output?: OutputFormat | undefined;
  json?: boolean;
}

/** Flags of every command that shows what it would do, asks, and does it. */
export const plannedFlags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags };

/** A command that shows what it would do, asks, and does it. */
export abstract class PlannedCommand extends KctlCommand {
  /** The plan is the result where nothing is carried out; else a person sees it on stderr, before the question. */
  protected async pursue(change: PlannedChange, flags: PlannedFlagValues): Promise<void> {
    const { plan, question } = change;
    if (question === null) return this.show(plan.document, () => plan.view, flags);
    const { renderText } = await import('../render/text.js');
    this.streams.note(await renderText(plan.view, { colour: false, wide: false }));
    for (const warning of plan.document.warnings ?? []) this.streams.note(`warning: ${warning}`);
    await this.confirm(question, flags);
    const output = { streams: this.streams, format: this.format(flags), signal: this.interrupted };
    const { document, view, notes } = await change.carryOut(output);
    await this.show(document, () => view, flags);
    for (const note of notes) this.streams.note(note);
  }
}
