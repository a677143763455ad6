import type { Command } from 'commander';
import { quote } from '../common/escape.ts';
import type { SigningKey } from '../publisher/signing-key.ts';
import type { Io } from './io.ts';
import { collect, parseKeyName } from './parse-options.ts';
import { reportWarning } from './report.ts';
import { UsageError } from './usage-error.ts';

/** What signs, as options say it. */
export interface SignerOptions {
  readonly key?: string;
  readonly command?: string;
  readonly publicKey?: readonly string[];
  readonly keyName?: string;
}

/** What signs, and the name it signs under; the origin unless given. */
export interface Signer {
  readonly key: SigningKey;
  readonly keyName?: string;
}

/** Adds the options that say what signs. */
export function addSignerOptions(command: Command): Command {
  return command
    .option('-k, --key <file>', 'private key that signs, PEM')
    .option('--command <cmd>', 'command that signs stdin and prints the raw signature')
    .option('-p, --public-key <key>', 'key that verifies it: NAME+ID+KEY, or a file', collect)
    .option('--key-name <name>', 'name of a key in PEM, if it is not the origin', parseKeyName);
}

/**
 * Loads the key, or the command, that signs.
 *
 * @param origin - Names a key that comes without a name.
 * @returns `undefined` if the options name neither.
 * @throws {UsageError} If a command comes without the public key, or a key with one.
 * @throws {KeyError} `ERR_KEY` if the key can not be used.
 */
export async function loadSigner(
  options: SignerOptions,
  origin: string,
  io: Io,
): Promise<Signer | undefined> {
  const { key: path, command, publicKey, keyName } = options;
  if (path !== undefined) {
    if (publicKey !== undefined) throw new UsageError('--key needs no --public-key');
    const { loadSigningKey } = await import('../publisher/signing-key.ts');
    const key = loadSigningKey(path);
    if (key.exposed) reportWarning(io, `every user can read the private key ${quote(path)}`);
    return { key, ...(keyName === undefined ? {} : { keyName }) };
  }
  if (command === undefined) return undefined;
  const { commandKey } = await import('../publisher/command-key.ts');
  const { spki, name } = await onePublicKey(options, origin, '--command');
  return { key: commandKey(command, spki), keyName: name };
}

/**
 * Reads the public key of whatever signs elsewhere.
 *
 * @param what - The option that needs it.
 * @returns SPKI in DER, and the key's name.
 * @throws {UsageError} If there is not exactly one, or it has another name than `--key-name`.
 * @throws {KeyError} `ERR_KEY` if it can not be used.
 */
export async function onePublicKey(
  { publicKey = [], keyName }: SignerOptions,
  origin: string,
  what: string,
): Promise<{ readonly spki: Uint8Array; readonly name: string }> {
  const [value] = publicKey;
  if (value === undefined || publicKey.length > 1) {
    throw new UsageError(`${what} needs one --public-key, to verify what it gives`);
  }
  const { readReaderKey } = await import('../client/node/reader-key.ts');
  const { spkiOfVerifierKey } = await import('../common/signature.ts');
  const key = readReaderKey(value, keyName ?? origin);
  if (keyName !== undefined && key.name !== keyName) {
    throw new UsageError(`--key-name is ${quote(keyName)}, and the key's name ${quote(key.name)}`);
  }
  return { spki: spkiOfVerifierKey(key), name: key.name };
}
