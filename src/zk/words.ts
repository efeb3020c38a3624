import type { FourLetterWord } from '../cluster/zookeeper/four-letter.js';
import type { Section } from '../render/view.js';
import type { Answer } from './answer.js';
import { askRaw, askWord, rehearseWord } from './ask.js';
import { parseCons } from './connections.js';
import { parseHash, parseIsro, parseReset, parseRuok, parseTraceMaskAnswer } from './replies.js';
import { parseSrvr, parseStat } from './server.js';
import { parseDump, parseWchc, parseWchp, parseWchs } from './sessions.js';
import { parseConf, parseDirs, parseEnvi, parseMntr } from './settings.js';
import { viewAnswers } from './view.js';
import * as show from './views.js';
import type { ZkQuestion } from './word.js';

export const conf = word('conf', parseConf, show.configuration);
export const cons = word('cons', parseCons, show.connections);
export const crst = word('crst', parseReset, show.reset);
export const dirs = word('dirs', parseDirs, show.directorySizes);
export const dump = word('dump', parseDump, show.sessionDump);
export const envi = word('envi', parseEnvi, show.environment);
export const gtmk = word('gtmk', parseTraceMaskAnswer, show.traceMask);
export const hash = word('hash', parseHash, show.digests);
export const isro = word('isro', parseIsro, show.readOnlyState);
export const mntr = word('mntr', parseMntr, show.metrics);
export const ruok = word('ruok', parseRuok, show.health);
export const srst = word('srst', parseReset, show.reset);
export const srvr = word('srvr', parseSrvr, show.serverStatus);
export const stat = word('stat', parseStat, show.serverStatusWithConnections);
export const stmk = word('stmk', parseTraceMaskAnswer, show.traceMask);
export const wchc = word('wchc', parseWchc, show.watchesBySession);
export const wchp = word('wchp', parseWchp, show.watchesByPath);
export const wchs = word('wchs', parseWchs, show.watchSummary);

function word<Data extends object>(
  name: FourLetterWord,
  parse: (answer: Answer) => Data,
  sections: (data: Data) => Section[],
): ZkQuestion<Data> {
  const kind = `Zk${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const itself = { name, kind, parse, sections };
  return {
    ...itself,
    ask: (connectString, options) => askWord(itself, connectString, options),
    askRaw: (connectString, options) => askRaw(itself, connectString, options),
    rehearse: (connectString, options) => rehearseWord(name, connectString, options),
    view: (answers) => viewAnswers(itself, answers),
  };
}
