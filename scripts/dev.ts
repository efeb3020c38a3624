import { pathToFileURL } from 'node:url';
import { type CommandTable, main } from '../src/cli/main.js';
import { commandFiles } from './commands.mjs';

const table: CommandTable = {};
for (const { id, file } of commandFiles()) table[id] = () => import(pathToFileURL(file).href);
await main(process.argv.slice(2), table);
