import { type Command, Option } from 'commander';
import { readReaderKey } from '../client/node/reader-key.ts';
import { toHex } from '../common/bytes.ts';
import type { Note, NoteSignature } from '../common/note.ts';
import { parseStatement, type Statement } from '../common/statement.ts';
import { merge } from '../publisher/merge.ts';
import { readBounded } from '../publisher/read-bounded.ts';
import { sign, strip } from '../publisher/sign.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { parseVersionOption } from './parse-options.ts';
import { signList } from './sign-list.ts';
import {
  addSignerOptions,
  loadSigner,
  onePublicKey,
  type Signer,
  type SignerOptions,
} from './signer.ts';
import { UsageError } from './usage-error.ts';

interface SignOptions extends SignerOptions {
  readonly signature?: string;
  readonly merge?: readonly string[];
  readonly version?: number;
  readonly digestList?: true;
  readonly json?: true;
}

/** More than any signature has. */
const MAX_SIGNATURE_LENGTH = 512;

const DESCRIPTION = `Add signatures to the newest statement of a store, or to a file that holds a
statement; the signed text stays as it is. One that does not verify is not
added. Give one of:

  --key        signs here; replaces what this key has signed before
  --command    signs in an HSM, a TPM, an agent or a service: sh runs CMD, the
               text is its stdin, a regular file, its stdout the signature
               (Ed25519: 64 bytes; ECDSA P-256 with SHA-256: DER). The store is
               not locked meanwhile
  --signature  a file that such a command made elsewhere, of the output of
               pageseal strip
  --merge      signatures that others added to copies of the statement: files,
               or stores. Every signer's --public-key is needed: all are added,
               or none. A key that has signed before keeps its signature

With --digest-list, TARGET is a list of digests instead, as fsverity digest
prints it, and its signature line is printed; see pageseal trust import.`;

/** Adds `pageseal sign` to the program. */
export function addSign(program: Command, io: Io): void {
  const command = program
    .command('sign')
    .summary('add signatures to a statement')
    .description(DESCRIPTION)
    .argument('<target>', 'store, or file that holds a statement');
  addSignerOptions(command)
    .option('-s, --signature <file>', 'signature that was made elsewhere')
    .option('--merge <note...>', 'copies of the statement that others have signed')
    .option('--version <n>', 'version of the store, if not the newest', parseVersionOption)
    .addOption(
      new Option('--digest-list', 'print the signature line of a list of digests').conflicts([
        'signature',
        'merge',
        'version',
      ]),
    )
    .option('--json', 'print one JSON object')
    .action((target: string, options: SignOptions) => signCommand(target, options, io));
  endHelp(
    command,
    'pageseal sign store/ --key key.pem',
    'pageseal sign store/ --public-key key.pem.pub --command \\',
    "    'openssl pkeyutl -sign -rawin -inkey key.pem -in /dev/stdin'",
    'pageseal sign store/ --merge a.note b.note -p a.vkey -p b.vkey',
    '',
    'pageseal strip store/ > text',
    'openssl pkeyutl -sign -rawin -inkey key.pem -in text -out signature',
    'pageseal sign store/ --signature signature --public-key key.pem.pub',
  );
}

async function signCommand(target: string, options: SignOptions, io: Io): Promise<void> {
  const { key, command, signature, merge: notes } = options;
  const ways = [key, command, signature, notes].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError('one of --key, --command, --signature and --merge is needed');
  }
  if (options.digestList === true) {
    await signList(target, options, io);
    return;
  }
  const { origin } = parseStatement(strip(target, choice(options)));
  if (notes !== undefined) mergeNotes(target, notes, origin, options, io);
  else await signOnce(target, origin, options, io);
}

async function signOnce(
  target: string,
  origin: string,
  options: SignOptions,
  io: Io,
): Promise<void> {
  const { key, ...name } =
    (await loadSigner(options, origin, io)) ?? (await foreignSigner(options, origin));
  const signing = { ...choice(options), ...name, signal: io.signal };
  const { statement, note, signature } = await sign(target, key, signing);
  if (options.json !== true) {
    printSigned(io, statement, signature);
    return;
  }
  const { version } = statement;
  const keyId = toHex(signature.keyId);
  const signatures = note.signatures.length;
  printJson(io, { origin, version, keyName: signature.name, keyId, signatures });
}

/** Stands in for the key that made a signature elsewhere. */
async function foreignSigner(options: SignOptions, origin: string): Promise<Signer> {
  const { spki, name } = await onePublicKey(options, origin, '--signature');
  const signature = readBounded(options.signature ?? '', MAX_SIGNATURE_LENGTH);
  return { key: { publicKey: spki, sign: () => signature }, keyName: name };
}

function mergeNotes(
  target: string,
  notes: readonly string[],
  origin: string,
  options: SignOptions,
  io: Io,
): void {
  const { publicKey, keyName = origin } = options;
  if (publicKey === undefined)
    throw new UsageError('--merge needs the --public-key of each signer');
  const keys = publicKey.map((value) => readReaderKey(value, keyName));
  const { statement, note, added } = merge(target, notes, { ...choice(options), keys });
  if (options.json === true) printMerged(io, statement, note, added);
  else if (added.length > 0) for (const line of added) printSigned(io, statement, line);
  else io.stdout.write(`${origin} version ${statement.version} has these signatures already\n`);
}

function printSigned(io: Io, { origin, version }: Statement, { name, keyId }: NoteSignature): void {
  io.stdout.write(`signed ${origin} version ${version} by ${name}+${toHex(keyId)}\n`);
}

function printMerged(
  io: Io,
  { origin, version }: Statement,
  note: Note,
  lines: readonly NoteSignature[],
): void {
  const added = lines.map(({ name, keyId }) => ({ keyName: name, keyId: toHex(keyId) }));
  printJson(io, { origin, version, added, signatures: note.signatures.length });
}

function choice({ version }: SignOptions): { readonly version?: number } {
  return version === undefined ? {} : { version };
}
