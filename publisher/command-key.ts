import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyError } from '../common/errors.ts';
import type { SigningKey } from './signing-key.ts';
import { systemReason } from './system-error.ts';

/** More than any signature has: 72 bytes at most, of ECDSA P-256 in DER. */
const MAX_OUTPUT_LENGTH = 512;
const READ_ONLY = 0o444;

/**
 * Makes a signing key of a command, and so of whatever holds the private half: an HSM, a TPM, an
 * agent, a key service.
 *
 * `sh -c` runs the command. Its standard input is the text to sign, a regular file; what it prints is
 * the signature, raw: 64 bytes for Ed25519, DER for ECDSA P-256 with SHA-256. Its standard error is
 * that of this process. The command is in no message: it may hold a PIN.
 *
 * @param publicKey - SPKI in DER, which the signature is verified with.
 * @returns A key whose `sign` throws `KeyError` `ERR_KEY` if the command fails or prints too much.
 */
export function commandKey(command: string, publicKey: Uint8Array): SigningKey {
  return { publicKey, sign: (text, signal) => runCommand(command, text, signal) };
}

async function runCommand(
  command: string,
  text: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const input = openInput(text);
  try {
    // In this process group, since a PIN may be asked for at the terminal.
    const child = spawn('sh', ['-c', command], { stdio: [input, 'pipe', 'inherit'] });
    return await outputOf(child, signal);
  } finally {
    closeSync(input);
  }
}

/** Opens a file that holds the text and has no name; `openssl pkeyutl` asks for its size. */
function openInput(text: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'pageseal-'));
  try {
    const path = join(folder, 'text');
    writeFileSync(path, text, { flag: 'wx', mode: READ_ONLY });
    return openSync(path, 'r');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf(child: ChildProcess, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const settle = () => signal?.removeEventListener('abort', abort);
    const fail = (error: unknown) => {
      settle();
      for (const pid of descendants(child.pid)) endProcess(pid);
      child.kill();
      child.stdout?.destroy(); // what the command started may keep it open
      reject(error);
    };
    const abort = () => fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    child.stdout?.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_OUTPUT_LENGTH) fail(refusal(`printed more than ${MAX_OUTPUT_LENGTH} bytes`));
    });
    child.on('error', (cause) => fail(refusal(`can not be run: ${systemReason(cause)}`, cause)));
    child.on('close', (status, killer) => {
      settle();
      if (status === 0) resolve(new Uint8Array(Buffer.concat(chunks)));
      else reject(refusal(status === null ? `died of ${killer}` : `exited with ${status}`));
    });
  });
}

/**
 * Lists what a process has started, as far as the system tells: the shell alone may end, and leave the
 * signer waiting for a token.
 *
 * @see proc(5), `/proc/pid/task/tid/children`
 */
function descendants(pid: number | undefined): readonly number[] {
  try {
    const children =
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').match(/\d+/g) ?? [];
    return children.map(Number).flatMap((child) => [...descendants(child), child]);
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // it has ended by itself, or is another user's
  }
}

function refusal(what: string, cause?: unknown): KeyError {
  return new KeyError('ERR_KEY', `signing command ${what}`, { cause });
}
