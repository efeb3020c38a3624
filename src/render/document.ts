import { renderJson } from '../base/json.js';
import { printable } from './printable.js';
import type { SpecialFormat, View } from './view.js';

export const outputFormats = ['table', 'wide', 'json', 'ndjson', 'yaml', 'tsv', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number] | SpecialFormat;

/**
 * A result in the format asked for. Machine formats are made from the document, the others from its view.
 * @returns text that ends in a line feed, or the empty string
 */
export async function renderDocument(
  document: object,
  toView: () => View,
  format: OutputFormat,
  colour: boolean,
): Promise<string> {
  switch (format) {
    case 'json':
      return `${renderJson(document, 2)}\n`;
    case 'ndjson':
      return renderNdjson(document);
    case 'yaml': {
      const { stringify } = await import('yaml');
      // Double quotes stand around every string with a control character; those of C1 still come as they are.
      const text = stringify(document, { lineWidth: 0, compat: 'yaml-1.1' });
      return text.replace(/[\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
    }
    case 'tsv': {
      const { renderTsv } = await import('./text.js');
      return renderTsv(toView());
    }
    case 'name':
      return toView()
        .names.map((name) => `${printable(name)}\n`)
        .join('');
    case 'env':
    case 'properties':
      return toView().special?.[format] ?? '';
    default: {
      const { renderText } = await import('./text.js');
      return renderText(toView(), { colour, wide: format === 'wide' });
    }
  }
}

/** A list gives a line an item, each with the kind and version of its list; a single thing gives one line. */
function renderNdjson(document: object): string {
  if (!('items' in document) || !Array.isArray(document.items)) return `${renderJson(document, 0)}\n`;
  const { kind, version } = document as unknown as { kind: string; version: number };
  return document.items.map((item) => `${renderJson({ kind, version, ...item }, 0)}\n`).join('');
}
