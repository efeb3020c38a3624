import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { ExitCode, KctlError, messageOf } from '../../base/errors.js';
import type { SecretSource } from './context.js';
import { resolvePath } from './paths.js';

/** Asks a person without showing what is typed; undefined where there is no terminal. */
export type AskSecret = (question: string) => Promise<string | undefined>;

export interface SecretContext {
  /** What the secret is for, in messages: `sasl.password of context prod`. */
  name: string;
  /** Where relative paths begin. */
  folder: string;
  env: NodeJS.ProcessEnv;
  ask?: AskSecret | undefined;
}

const commandTimeoutMs = 30_000;
const maxSecretBytes = 256 * 1024;

/**
 * Fetches a secret from where it is kept. What is kept there is never a part of an error.
 * @throws KctlError `NO_SECRET`, exit 2
 */
export async function readSecret(source: SecretSource, context: SecretContext): Promise<string> {
  if ('env' in source) return fromEnvironment(source.env, context);
  if ('file' in source) return fromFile(source.file, context);
  if ('command' in source) return fromCommand(source.command, context);
  if ('keyring' in source) return fromKeyring(source.keyring, context);
  const answer = await context.ask?.(`${context.name}: `);
  if (answer) return answer;
  throw noSecret(
    context,
    'there is no terminal to ask on',
    'Keep it in a file, a variable or the keyring instead.',
  );
}

function fromEnvironment(variable: string, context: SecretContext): string {
  const value = context.env[variable];
  if (value) return value;
  throw noSecret(context, `the variable ${variable} is not set`, `Set it: export ${variable}=…`);
}

function fromFile(file: string, context: SecretContext): string {
  const path = resolvePath(file, context.folder);
  try {
    const { mode, size } = statSync(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw noSecret(context, `${path} can be read by others`, `Keep it to yourself: chmod 600 ${path}`);
    if (size > maxSecretBytes) throw noSecret(context, `${path} is too large to hold a secret`);
    return withoutNewline(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof KctlError) throw error;
    throw noSecret(context, `its file cannot be read: ${messageOf(error)}`);
  }
}

async function fromCommand(words: string[], context: SecretContext): Promise<string> {
  return printed(words, context).catch((error: NodeJS.ErrnoException & { killed?: boolean }) => {
    // Not its message: it holds what the command printed.
    const why = error.killed ? `did not end within ${commandTimeoutMs / 1000} s` : `failed (${error.code})`;
    throw noSecret(
      context,
      `the command ${words[0]} ${why}`,
      'Try it by hand: it prints the secret and nothing else.',
    );
  });
}

/** What a program prints, run without a shell. */
async function printed([program = '', ...words]: string[], { env, folder }: SecretContext): Promise<string> {
  const options = { timeout: commandTimeoutMs, maxBuffer: maxSecretBytes, env, cwd: folder };
  const { stdout } = await promisify(execFile)(program, words, options);
  return withoutNewline(stdout);
}

/** What each system asks its keyring with, and stores in it. */
const keyringPrograms: Partial<Record<NodeJS.Platform, { ask: string[]; store: string[]; missing: string }>> =
  {
    linux: {
      ask: ['secret-tool', 'lookup', 'service', 'kctl', 'account'],
      store: ['secret-tool', 'store', '--label=kctl', 'service', 'kctl', 'account'],
      missing:
        'Install it (libsecret-tools in Debian), or keep the secret in a file, a variable or a command.',
    },
    darwin: {
      ask: ['security', 'find-generic-password', '-w', '-s', 'kctl', '-a'],
      store: ['security', 'add-generic-password', '-s', 'kctl', '-w', '-a'],
      missing: 'It comes with macOS: is /usr/bin in the PATH?',
    },
  };

/** The system's keyring, by the program that the system itself has for it. */
async function fromKeyring(account: string, context: SecretContext): Promise<string> {
  const keyring = keyringPrograms[process.platform];
  if (!keyring)
    throw noSecret(
      context,
      `kctl asks no keyring on ${process.platform}`,
      'Use a file, a variable or a command.',
    );
  const [program = '', ...words] = keyring.ask;
  try {
    const secret = await printed([program, ...words, account], context);
    if (secret) return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw noSecret(context, `the keyring is asked by ${program}, which is not there`, keyring.missing);
  }
  throw noSecret(
    context,
    `the keyring has no "${account}" for kctl, or it is locked`,
    `Store it: ${keyring.store.join(' ')} ${account}`,
  );
}

/** Editors and commands end a line; a secret of several lines, such as a key, keeps those within. */
function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function noSecret({ name }: SecretContext, why: string, hint?: string): KctlError {
  return new KctlError(`cannot get ${name}: ${why}`, {
    code: 'NO_SECRET',
    exitCode: ExitCode.usage,
    ...(hint ? { hint } : {}),
  });
}
