import { type Cell, type Column, toned, type View } from '../render/view.js';
import { type Acl, type AclPattern, describeAcl, describePattern } from './acl.js';
import type { AclChangeList } from './change.js';
import type { Access, OperationAccess } from './evaluate.js';
import type { AclFile } from './file.js';
import type { AclList } from './list.js';
import type { WhatCanList, WhoCanList } from './questions.js';

const ruleColumns: Column[] = [
  'type',
  'resource',
  'pattern',
  'principal',
  'permission',
  'operation',
  'host',
].map((header) => ({ header }));

export function viewAcls({ items }: AclList): View {
  return {
    sections: [{ type: 'table', columns: ruleColumns, rows: items.map(ruleRow), whenEmpty: 'No rules.' }],
    names: items.map(describeAcl),
  };
}

export function viewAclFile({ acls }: AclFile): View {
  const columns = ruleColumns.map(({ header }) => ({
    header: header === 'operation' ? 'operations' : header,
  }));
  const rows = acls.map(({ principal, host, resource, operations, permission }): Cell[] => [
    ...[resource.type, resource.name, resource.pattern, principal],
    ...[toned(permission, permission === 'deny' ? 'bad' : 'good'), operations.join(' '), host],
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No rules.' }],
    names: acls.map(({ principal }) => principal),
  };
}

function ruleRow({ permission, ...acl }: Acl): Cell[] {
  return [
    ...[acl.resourceType, acl.resourceName, acl.patternType, acl.principal],
    ...[toned(permission, permission === 'deny' ? 'bad' : 'good'), acl.operation, acl.host],
  ];
}

export function viewAclChanges({ items, unchanged, validatedBy }: AclChangeList): View {
  const rows = items.map(({ change, result, ...acl }) => [
    change === 'create' ? toned('+', 'good') : toned('-', 'bad'),
    ...ruleRow(acl),
    validatedBy ? `${result} (dry run, checked by the ${validatedBy})` : result,
  ]);
  return {
    sections: [
      {
        type: 'table',
        columns: [{ header: '' }, ...ruleColumns, { header: 'result' }],
        rows,
        whenEmpty: `Nothing to change: ${unchanged} ${unchanged === 1 ? 'rule is' : 'rules are'} so already.`,
      },
    ],
    names: items.map(describeAcl),
  };
}

const superUsers = 'Super users of the brokers (super.users) may do everything; who they are cannot be read.';

export function viewWhoCan(list: WhoCanList): View {
  const { items, operation, assumedDefault, decidedByDefault } = list;
  const rows = items.map((item): Cell[] => [
    item.principal === 'User:*' && items.length > 1 ? 'User:* (all others)' : item.principal,
    item.hosts.length > 0 ? toned('yes', 'good') : toned('no', 'bad'),
    fromWhere(item),
    item.rules.map(describeAcl).join('; ') || `the default that was assumed: ${assumedDefault}`,
  ]);
  const open = decidedByDefault && assumedDefault === null;
  return {
    sections: [
      {
        type: 'table',
        title: `Who can ${operation} ${describePattern({ ...list, patternType: 'literal' })}`,
        columns: [{ header: 'principal' }, { header: 'can' }, { header: 'from' }, { header: 'because' }],
        rows,
        whenEmpty: open
          ? 'Nobody or everybody, by the default of the brokers: no rule is about it.'
          : 'Nobody.',
      },
      { type: 'text', text: superUsers },
    ],
    names: items.filter(({ hosts }) => hosts.length > 0).map(({ principal }) => principal),
  };
}

export function viewWhatCan({ items, principal, assumedDefault }: WhatCanList): View {
  const rows = items.flatMap(({ operations, ...pattern }) => {
    const groups = new Map<string, string[]>();
    for (const each of operations) {
      const key = each.hosts.length > 0 ? fromWhere(each) : each.denied ? 'denied' : null;
      if (key !== null) groups.set(key, [...(groups.get(key) ?? []), each.operation]);
    }
    const lines = [...groups].map(([from, names]): Cell[] => [
      ...[pattern.resourceType, pattern.resourceName, patternOf(pattern)],
      from === 'denied' ? toned('no', 'bad') : toned('yes', 'good'),
      names.length === operations.length ? 'everything' : names.join(' '),
      from === 'denied' ? null : from,
    ]);
    const none: Cell[] = [
      ...[pattern.resourceType, pattern.resourceName, patternOf(pattern)],
      ...[toned('no', 'bad'), 'everything', null],
    ];
    return lines.length > 0 ? lines : [none];
  });
  const otherwise = {
    allow: 'Whatever no rule is about is allowed, as was assumed.',
    deny: 'Whatever no rule is about is denied, as was assumed.',
    unknown:
      'Whatever no rule is about falls to the default of the brokers (allow.everyone.if.no.acl.found), which cannot be read: see --assume-default.',
  };
  return {
    sections: [
      {
        type: 'table',
        title: `What ${principal} can do`,
        columns: ['type', 'resource', 'pattern', 'can', 'operations', 'from'].map((header) => ({ header })),
        rows,
        whenEmpty: 'No rule is for them.',
      },
      { type: 'text', text: `${otherwise[assumedDefault ?? 'unknown']} ${superUsers}` },
    ],
    names: items.filter(({ operations }) => operations.some(isAllowed)).map(describePattern),
  };
}

function isAllowed({ hosts }: OperationAccess): boolean {
  return hosts.length > 0;
}

function patternOf({ patternType, resourceName }: AclPattern): string {
  return patternType === 'literal' && resourceName === '*' ? 'every other' : patternType;
}

function fromWhere({ hosts, exceptHosts }: Access): string {
  const from = hosts.includes('*') ? 'anywhere' : hosts.join(', ');
  return exceptHosts.length > 0 ? `${from} but ${exceptHosts.join(', ')}` : from;
}
