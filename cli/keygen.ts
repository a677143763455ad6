import { type Command, Option } from 'commander';
import { toHex } from '../common/bytes.ts';
import { formatVerifierKey, type SignatureAlgorithm } from '../common/signature.ts';
import { generateKey, publicKeyPath } from '../publisher/index.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { parseKeyName } from './parse-options.ts';

interface KeygenOptions {
  readonly name: string;
  readonly algorithm: SignatureAlgorithm;
  readonly json?: true;
}

/** Adds `pageseal keygen` to the program. */
export function addKeygen(program: Command, io: Io): void {
  const command = program
    .command('keygen')
    .summary('generate a key pair for signing statements')
    .description(
      'Generate a key pair for signing statements, and print the verifier key that\n' +
        'readers are to be given. FILE gets the private key (PKCS#8 PEM, mode 0600),\n' +
        'FILE.pub the public key (SPKI PEM, mode 0644). Neither is overwritten.',
    )
    .argument('<file>', 'the new private key')
    .requiredOption('-n, --name <name>', 'name of the key, usually the origin', parseKeyName)
    .addOption(
      new Option('-a, --algorithm <algorithm>', 'kind of key')
        .choices(['ed25519', 'ecdsa-p256'])
        .default('ed25519'),
    )
    .option('--json', 'print one JSON object')
    .action((file: string, options: KeygenOptions) => keygen(file, options, io));
  endHelp(command, 'pageseal keygen key.pem --name lab.example/docs > vkey');
}

function keygen(file: string, options: KeygenOptions, io: Io): void {
  const { name, algorithm } = options;
  const key = generateKey(file, { name, algorithm });
  const verifierKey = formatVerifierKey(key);
  if (options.json !== true) {
    io.stdout.write(`${verifierKey}\n`);
    return;
  }
  const keyId = toHex(key.keyId);
  const publicKey = publicKeyPath(file);
  printJson(io, { name, algorithm, keyId, verifierKey, privateKey: file, publicKey });
}
