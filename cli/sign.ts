import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { toHex } from '../common/bytes.ts';
import { quote } from '../common/escape.ts';
import {
  type LoadedKey,
  loadPublicKey,
  loadSigningKey,
  type SigningKey,
  sign,
} from '../publisher/index.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { parseVersionOption } from './parse-options.ts';
import { reportWarning } from './report.ts';
import { UsageError } from './usage-error.ts';

interface SignOptions {
  readonly key?: string;
  readonly signature?: string;
  readonly public?: string;
  readonly keyName?: string;
  readonly version?: number;
  readonly json?: true;
}

const DESCRIPTION = `Add a signature to the newest statement of a store, or to a file that holds a
statement; a signature by the same key is replaced, the signed text stays as
it is. The key signs here (--key), or signed elsewhere: --signature is a file
with what it made of the output of pageseal strip (Ed25519: 64 bytes; ECDSA
P-256 with SHA-256: DER), --public the key to verify that with.`;

/** Adds `pageseal sign` to the program. */
export function addSign(program: Command, io: Io): void {
  const command = program
    .command('sign')
    .summary('add a signature to a statement')
    .description(DESCRIPTION)
    .argument('<target>', 'store, or file that holds a statement')
    .addOption(new Option('-k, --key <file>', 'private key, PEM').conflicts('signature'))
    .option('-s, --signature <file>', 'signature that was made elsewhere')
    .option('-p, --public <file>', 'public key that verifies it, PEM')
    .option('--key-name <name>', 'name of the key, if it is not the origin')
    .option('--version <n>', 'version of the store, if not the newest', parseVersionOption)
    .option('--json', 'print one JSON object')
    .action((target: string, options: SignOptions) => signCommand(target, options, io));
  endHelp(
    command,
    'pageseal sign store/ --key key.pem',
    '',
    'pageseal strip store/ > text',
    'openssl pkeyutl -sign -rawin -inkey key.pem -in text -out signature',
    'pageseal sign store/ --signature signature --public key.pem.pub',
  );
}

function signCommand(target: string, options: SignOptions, io: Io): void {
  const { statement, note, signature } = sign(target, signer(options, io), {
    ...(options.keyName === undefined ? {} : { keyName: options.keyName }),
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  const { origin, version } = statement;
  const keyId = toHex(signature.keyId);
  if (options.json === true) {
    const signatures = note.signatures.length;
    printJson(io, { origin, version, keyName: signature.name, keyId, signatures });
    return;
  }
  io.stdout.write(`signed ${origin} version ${version} by ${signature.name}+${keyId}\n`);
}

function signer(options: SignOptions, io: Io): SigningKey {
  if (options.key !== undefined) return warned(options.key, loadSigningKey(options.key), io);
  if (options.signature === undefined || options.public === undefined) {
    throw new UsageError('--key FILE is needed, or --signature FILE and --public FILE');
  }
  const signature = new Uint8Array(readFileSync(options.signature));
  return { publicKey: loadPublicKey(options.public), sign: () => signature };
}

function warned(path: string, key: LoadedKey, io: Io): LoadedKey {
  if (key.exposed) reportWarning(io, `every user can read the private key ${quote(path)}`);
  return key;
}
