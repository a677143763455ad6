import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FSVERITY, type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { hex, join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';

/** What every case has; see README.md, "Conventions". */
export interface Case {
  readonly name: string;
  readonly comment?: string;
  readonly label?: string;
  readonly expect: string;
}

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Reads a file of vectors. */
export function load<Document>(name: string): Document {
  return JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as Document;
}

/** Splits cases into those that hold and those that must fail, and refuses an empty half. */
export function split<C extends Case>(cases: readonly C[]): { good: C[]; bad: C[] } {
  const good = cases.filter(({ expect }) => expect === 'ok');
  const bad = cases.filter(({ expect }) => expect !== 'ok');
  if (good.length === 0 || bad.length === 0) throw new RangeError('no cases');
  return { good, bad };
}

/** Pairs cases with the titles of their tests, `verb` and name, after the label if there is one. */
export function titled<C extends Case>(verb: string, cases: readonly C[]): [string, C][] {
  return cases.map((one) => [
    `${one.label === undefined ? '' : `${one.label} `}${verb} ${one.name}`,
    one,
  ]);
}

/** Reads short hexadecimal. */
export function shortHex(text: string): Uint8Array {
  const words = text === '' ? [] : text.split(' ');
  return join(
    ...words.map((word) => {
      const [digits = '', count] = word.split('*');
      return count === undefined
        ? hex(digits)
        : new Uint8Array(Number(count)).fill(Number(`0x${digits}`));
    }),
  );
}

const CONTENTS: Readonly<Record<string, (index: number) => number>> = {
  pattern: (i) => (i % 11) + (i % 439) + (i % 1103),
  zeros: () => 0,
  digits: (i) => 0x30 + Math.floor(i / 4096),
};

/** Makes the bytes of an object; see README.md, "Conventions". */
export function contents(rule: string, size: number): Uint8Array {
  const byteAt = CONTENTS[rule];
  if (byteAt === undefined) throw new RangeError(`no rule ${rule}`);
  return Uint8Array.from({ length: size }, (_, i) => byteAt(i));
}

export function profileOf(name: string): Profile {
  const profile = [RFC9162, FSVERITY].find((known) => known.name === name);
  if (profile === undefined) throw new RangeError(`no profile ${name}`);
  return profile;
}

const CLASSES: Readonly<Record<string, string>> = {
  ERR_FRAME: 'ProtocolError',
  ERR_DATA_LENGTH: 'ProtocolError',
  ERR_PROOF_LENGTH: 'ProtocolError',
  ERR_BUNDLE: 'BundleError',
  ERR_EVIDENCE: 'BundleError',
  ERR_NOT_FILE: 'PathError',
  ERR_NOT_DIRECTORY: 'PathError',
  ERR_SYMLINK_LOOP: 'PathError',
  ERR_EXPIRED: 'FreshnessError',
  ERR_ROLLBACK: 'FreshnessError',
  ERR_EQUIVOCATION: 'FreshnessError',
  ERR_PREVIOUS: 'FreshnessError',
  ERR_NOT_YET_VALID: 'FreshnessError',
  ERR_TOO_OLD: 'FreshnessError',
  ERR_MIN_VERSION: 'FreshnessError',
};

/** Matches the error that a case expects, by its class in SPEC.md, "Errors of the client". */
export function expected({ expect }: Case): unknown {
  return failure(CLASSES[expect] ?? 'IntegrityError', expect);
}
