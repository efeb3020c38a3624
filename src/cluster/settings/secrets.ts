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

async function fromCommand([program = '', ...words]: string[], context: SecretContext): Promise<string> {
  const options = {
    timeout: commandTimeoutMs,
    maxBuffer: maxSecretBytes,
    env: context.env,
    cwd: context.folder,
  };
  const running = promisify(execFile)(program, words, options);
  const { stdout } = await running.catch((error: NodeJS.ErrnoException & { killed?: boolean }) => {
    // Not its message: it holds what the command printed.
    const why = error.killed ? `did not end within ${commandTimeoutMs / 1000} s` : `failed (${error.code})`;
    throw noSecret(
      context,
      `the command ${program} ${why}`,
      'Try it by hand: it prints the secret and nothing else.',
    );
  });
  return withoutNewline(stdout);
}

/** The system's keyring, by a package that is there where its binary could be installed. */
async function fromKeyring(account: string, context: SecretContext): Promise<string> {
  try {
    const { Entry } = await import('@napi-rs/keyring');
    const secret = new Entry('kctl', account).getPassword();
    if (secret) return secret;
  } catch (error) {
    throw noSecret(
      context,
      `the system's keyring gives nothing: ${messageOf(error)}`,
      'Is there one, and is it open?',
    );
  }
  throw noSecret(context, `the keyring has no "${account}" for kctl`, 'Store it under the service kctl.');
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
