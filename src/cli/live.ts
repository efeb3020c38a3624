import { fitScreen, type ScreenSize } from '../render/screen.js';
import { renderText } from '../render/text.js';
import type { View } from '../render/view.js';
import { Screen } from './screen.js';

/** What is shown of documents that come one after another, and what keys do. */
export interface LiveView<Doc, State extends { paused: boolean }> {
  state: State;
  /** Undefined ends it. */
  press(state: State, key: string): State | undefined;
  view(document: Doc, state: State, room: ScreenSize): View;
  /** The last line: what keys there are. */
  keys: string;
}

/**
 * Shows each document in place of the one before, on a screen of its own, until they end or a person does.
 * @param documents given a signal that ends them
 */
export async function showLive<Doc, State extends { paused: boolean }>(
  documents: (signal: AbortSignal) => AsyncIterable<Doc>,
  { keys, press, state: initial, view }: LiveView<Doc, State>,
  { colour, signal, wide }: { colour: boolean; wide: boolean; signal: AbortSignal },
): Promise<void> {
  const quit = new AbortController();
  let state = initial;
  let last: { document: Doc } | undefined;
  let drawn = Promise.resolve();
  const draw = async () => {
    if (!last) return;
    const { columns, rows } = screen.size;
    const room = { columns, rows: Math.max(1, rows - 2) };
    const body = await renderText(view(last.document, state, room), { colour, wide });
    const lines = fitScreen(body, room);
    const empty = new Array<string>(Math.max(0, rows - 1 - lines.length)).fill('');
    const [footer = ''] = fitScreen(state.paused ? `PAUSED  ${keys}` : keys, room);
    screen.draw([...lines, ...empty, footer]);
  };
  const redraw = () => {
    drawn = drawn.then(draw, draw);
  };
  const screen = new Screen({
    onKey: (key) => {
      const next = press(state, key);
      if (!next) return quit.abort();
      state = next;
      redraw();
    },
    onChange: redraw,
  });
  try {
    for await (const document of documents(AbortSignal.any([signal, quit.signal]))) {
      if (state.paused) continue;
      last = { document };
      redraw();
      await drawn;
    }
  } finally {
    await drawn.catch(() => {});
    screen.close();
  }
}
