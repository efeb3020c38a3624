import type { Cell, Column, FactsSection, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { RollingPlan } from './rolling.js';
import type { AdminAnswer, EnsembleHealth, RestartVerdict, ServerReport } from './types.js';

const tones = { ok: 'good', warning: 'warn', failure: 'bad' } as const;

export function viewHealth(health: EnsembleHealth): View {
  const facts: FactsSection['facts'] = [
    ['verdict', toned(health.verdict, tones[health.verdict])],
    ['voters', `${health.serving} of ${health.voters} serve`],
    ['leader', health.leader],
  ];
  const rows = health.findings.map(({ code, message, server, severity }) => [
    toned(severity, tones[severity]),
    code,
    server ?? null,
    message,
  ]);
  const columns = [{ header: 'severity' }, { header: 'finding' }, { header: 'server' }, { header: 'what' }];
  const hints = [...new Set(health.findings.flatMap(({ hint }) => hint ?? []))];
  return {
    sections: [
      { type: 'facts', facts, forPeople: true },
      viewServers(health.servers),
      { type: 'table', columns, rows, whenEmpty: 'Nothing is wrong.' },
      ...(hints.length > 0 ? [{ type: 'text' as const, text: hints.join('\n') }] : []),
    ],
    names: health.findings.map(({ code }) => code),
  };
}

export function viewServers(servers: ServerReport[]) {
  const columns: Column[] = [
    { header: 'server' },
    { header: 'id' },
    { header: 'state' },
    { header: 'known by' },
    { header: 'version' },
    { header: 'zxid' },
    right('connections'),
    right('outstanding'),
    right('avg ms'),
    right('max ms'),
    right('znodes'),
    { ...right('watches'), wide: true },
    { ...right('files'), wide: true },
  ];
  const rows = servers.map((report): Cell[] => [
    report.server,
    report.id ?? null,
    stateOf(report),
    report.via ?? null,
    report.zookeeperVersion ?? null,
    report.zxid ?? null,
    report.connectionCount ?? null,
    report.outstandingRequests ?? null,
    report.latencyMs?.avg ?? null,
    report.latencyMs?.max ?? null,
    report.znodeCount ?? null,
    report.watchCount ?? null,
    report.openFiles ?? null,
  ]);
  return { type: 'table' as const, columns, rows };
}

export function stateOf({ error, state }: Pick<ServerReport, 'error' | 'state'>): Cell {
  if (error) return toned(error.code === 'ETIMEDOUT' ? 'silent' : 'down', 'bad');
  if (state === undefined || state === 'not-serving') return toned(state ?? 'unknown', 'bad');
  return toned(state, state === 'read-only' ? 'bad' : state === 'leader' ? 'strong' : 'good');
}

export function viewRestart({ majority, reasons, safe, server, servingWithout }: RestartVerdict): View {
  const facts: FactsSection['facts'] = [
    ['server', server],
    ['restart', safe ? toned('safe', 'good') : toned('not safe', 'bad')],
    ['why', reasons.join('; ')],
    ['voters without it', `${servingWithout}, of which ${majority} are needed`],
  ];
  return { sections: [{ type: 'facts', facts }], names: [server] };
}

export function viewRollingPlan({ next, servers }: RollingPlan): View {
  const rows = servers.map(({ reasons, safe, server }) => [
    server,
    safe ? toned('safe', 'good') : toned('not safe', 'bad'),
    reasons.join('; '),
  ]);
  const columns = [{ header: 'server' }, { header: 'restart' }, { header: 'why' }];
  return { sections: [{ type: 'table', columns, rows }], names: next === null ? [] : [next] };
}

export function viewAdminAnswer({ items }: AdminAnswer): View {
  const sections = items.map(({ answer, server }) => ({
    type: 'facts' as const,
    title: server,
    facts: Object.entries(answer).map(([name, value]): [string, Cell] => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value),
    ]),
  }));
  return { sections, names: items.map(({ server }) => server) };
}

function right(header: string): Column {
  return { header, align: 'right' };
}
