import { parseDigestList } from '../common/digest-list.ts';
import { MAX_DIGEST_LIST_LENGTH } from '../common/limits.ts';
import { formatSignatureLines } from '../common/note.ts';
import { readBounded } from '../publisher/read-bounded.ts';
import { signText } from '../publisher/sign.ts';
import type { Io } from './io.ts';
import { printJson } from './io.ts';
import { readInput } from './read-input.ts';
import { loadSigner, type SignerOptions } from './signer.ts';
import { UsageError } from './usage-error.ts';

/**
 * Prints the signature line of a digest list.
 *
 * @throws {BundleError} `ERR_DIGEST_LIST` if it is none: nobody could read what is signed.
 * @throws {UsageError} If no key is given, or none of its names.
 */
export async function signList(
  path: string,
  options: SignerOptions & { readonly json?: true },
  io: Io,
): Promise<void> {
  const signer = await loadSigner(options, '', io);
  if (signer === undefined) throw new UsageError('--digest-list needs --key or --command');
  const { key, keyName } = signer;
  if (keyName === undefined) {
    throw new UsageError('--key-name is needed: a digest list has no origin to name a key after');
  }
  const text = readInput(path, (list) => readBounded(list, MAX_DIGEST_LIST_LENGTH + 1));
  const files = parseDigestList(text).size;
  const signature = await signText(text, key, keyName, io.signal);
  const line = formatSignatureLines([signature]);
  if (options.json === true) printJson(io, { keyName, files, line: line.trimEnd() });
  else io.stdout.write(line);
}
