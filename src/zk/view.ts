import type { ListDocument } from '../base/result.js';
import type { Cell, Section, View } from '../render/view.js';
import type { ZkAnswers, ZkDocument, ZkWord } from './word.js';

/** What a person sees of the answers to a word; several servers whose answers are facts share a table. */
export function viewAnswers<Data extends object>(
  { sections }: ZkWord<Data>,
  document: ZkAnswers<Data>,
): View {
  if (!isList(document)) return { sections: sections(document), names: [document.server] };
  const answers = document.items.map((item) => ({ server: item.server, sections: sections(item) }));
  return {
    sections: oneTable(answers) ?? answers.flatMap(titled),
    names: answers.map(({ server }) => server),
  };
}

interface ServerSections {
  server: string;
  sections: Section[];
}

function isList<Data extends object>(document: ZkAnswers<Data>): document is ListDocument<ZkDocument<Data>> {
  return !('server' in document);
}

/** One table with a row a server, if every answer is nothing but facts. */
function oneTable(answers: ServerSections[]): Section[] | undefined {
  const servers = answers.flatMap(({ server, sections: [first, ...others] }) =>
    first?.type === 'facts' && others.length === 0 ? [{ server, facts: new Map(first.facts) }] : [],
  );
  if (servers.length === 0 || servers.length < answers.length) return undefined;
  const labels = [...new Set(servers.flatMap(({ facts }) => [...facts.keys()]))];
  const rows = servers.map(({ facts, server }): Cell[] => [
    server,
    ...labels.map((label) => facts.get(label) ?? null),
  ]);
  return [{ type: 'table', columns: ['server', ...labels].map((header) => ({ header })), rows }];
}

function titled({ sections, server }: ServerSections): Section[] {
  return sections.map((section) => {
    if (section.type === 'text') return section;
    return { ...section, title: section.title ? `${server} ${section.title}` : server };
  });
}
