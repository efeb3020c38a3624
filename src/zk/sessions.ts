import { type Answer, byText, type Integer } from './answer.js';

export interface SessionPaths {
  sessionId: string;
  paths: string[];
}

export interface SessionDump {
  sessions: Array<{
    sessionId: string;
    /** When the server ends it, as the server writes the time; before 3.5 its clock starts at an unknown time. */
    expires?: string;
    /** Said in place of `expires` by servers that do not lead. */
    timeoutMs?: Integer;
  }>;
  ephemerals: SessionPaths[];
  /** From ZooKeeper 3.5; session 0x0 is a connection without one. The AdminServer does not tell of them here. */
  connections?: Array<{ remoteSocketAddress: string; sessionId: string; expires?: string }>;
}

export interface WatchSummary {
  connectionCount: Integer;
  pathCount: Integer;
  watchCount: Integer;
}

export interface WatchesBySession {
  sessions: SessionPaths[];
}

export interface WatchesByPath {
  paths: Array<{ path: string; sessionIds: string[] }>;
}

/** What introduces a part of `dump`, and what is only said for people. */
const dumpHeading =
  /^(SessionTracker dump:|ephemeral nodes dump:|Connections dump:|(Local |Global )?Session Sets \(.*:|Connections Sets \(.*:|(Global|Local) Sessions ?\(\d+\):|Sessions with Ephemerals \(\d+\):|org\.apache\.zookeeper\.\S+@[0-9a-f]+)$/;

/** Parses `dump`: sessions, the ephemeral znodes of each, and connections. */
export function parseDump(answer: Answer): SessionDump {
  const sessions: SessionDump['sessions'] = [];
  const ephemerals: SessionPaths[] = [];
  const connections: NonNullable<SessionDump['connections']> = [];
  let inEphemerals = false;
  let expires: { expires?: string } = {};
  for (const line of answer.spoken) {
    const expiry = /^\d+ expire at (.+):$/.exec(line)?.[1];
    const session = /^\t?(0x[0-9a-f]{1,16})(?:\t(\d+)ms)?$/.exec(line);
    const connection = /^\tip: \/?(\S+) sessionId: (0x[0-9a-f]{1,16})$/.exec(line);
    if (dumpHeading.test(line)) {
      expires = {};
      if (!line.startsWith('Sessions with')) inEphemerals = line.startsWith('ephemeral');
    } else if (expiry) {
      expires = { expires: expiry };
    } else if (connection) {
      const [, remoteSocketAddress = '', sessionId = ''] = connection;
      connections.push({ remoteSocketAddress, sessionId, ...expires });
    } else if (inEphemerals) {
      addToGroup(answer, ephemerals, line);
    } else if (session) {
      const [, sessionId = '', timeout] = session;
      const timeoutMs = timeout === undefined ? {} : { timeoutMs: answer.integer('timeout', timeout) };
      sessions.push({ sessionId, ...expires, ...timeoutMs });
    } else {
      answer.skip(line);
    }
  }
  return {
    sessions: sessions.sort(byText(({ sessionId }) => sessionId)),
    ephemerals: sortGroups(ephemerals),
    connections: connections.sort(byText(({ remoteSocketAddress }) => remoteSocketAddress)),
  };
}

/** Parses `wchs`. */
export function parseWchs(answer: Answer): WatchSummary {
  const [, connections, paths] = /^(\d+) connections watching (\d+) paths$/.exec(answer.lines[0] ?? '') ?? [];
  return {
    connectionCount: answer.integer('the number of connections', connections),
    pathCount: answer.integer('the number of paths', paths),
    watchCount: answer.integer('the number of watches', answer.find(/^Total watches:(\d+)$/)),
  };
}

/** Parses `wchc`: sessions, and below each the paths it watches. */
export function parseWchc(answer: Answer): WatchesBySession {
  const sessions: SessionPaths[] = [];
  for (const line of answer.spoken) addToGroup(answer, sessions, line);
  return { sessions: sortGroups(sessions) };
}

/** Parses `wchp`: paths, and below each the sessions that watch it. */
export function parseWchp(answer: Answer): WatchesByPath {
  const paths: WatchesByPath['paths'] = [];
  for (const line of answer.spoken) {
    if (line.startsWith('/')) paths.push({ path: line, sessionIds: [] });
    else if (/^\t0x[0-9a-f]{1,16}$/.test(line) && paths.length > 0)
      paths.at(-1)?.sessionIds.push(line.slice(1));
    else answer.skip(line);
  }
  for (const { sessionIds } of paths) sessionIds.sort();
  return { paths: paths.sort(byText(({ path }) => path)) };
}

/** A line that is a session's id, with a colon in `dump`, starts a group; an indented path belongs to it. */
function addToGroup(answer: Answer, groups: SessionPaths[], line: string): void {
  const sessionId = /^(0x[0-9a-f]{1,16}):?$/.exec(line)?.[1];
  if (sessionId) groups.push({ sessionId, paths: [] });
  else if (line.startsWith('\t/') && groups.length > 0) groups.at(-1)?.paths.push(line.slice(1));
  else answer.skip(line);
}

function sortGroups(groups: SessionPaths[]): SessionPaths[] {
  for (const { paths } of groups) paths.sort();
  return groups.sort(byText(({ sessionId }) => sessionId));
}
