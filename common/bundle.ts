import { concat, fromUtf8, utf8 } from './bytes.ts';
import { BundleError } from './errors.ts';
import { MAX_BUNDLE_LENGTH, MAX_BUNDLE_SECTIONS } from './limits.ts';

/** What a bundle is for; each kind has its own sections. */
export const BUNDLE_KINDS = ['evidence', 'proof', 'diagnostics'] as const;

/** One of `BUNDLE_KINDS`. */
export type BundleKind = (typeof BUNDLE_KINDS)[number];

/** A named part of a bundle. */
export interface Section {
  /** 1 to 32 of `[a-z-]`; several sections may have the same. */
  readonly name: string;
  readonly data: Uint8Array;
}

/**
 * A file that is checked offline, taken apart; nothing about its sections is verified.
 *
 * @see SPEC.md, "Bundles"
 */
export interface Bundle {
  readonly kind: BundleKind;
  readonly sections: readonly Section[];
}

const FIRST_WORD = 'pageseal.v1/bundle';
const SECTION_LINE = /^([a-z-]{1,32}) (0|[1-9][0-9]{0,8})$/;
/** More than any line of a bundle has. */
const MAX_LINE_LENGTH = 64;
const LF = 10;
const LF_BYTE = Uint8Array.of(LF);

/**
 * Encodes a bundle; new bytes.
 *
 * @throws {RangeError} If it would exceed `MAX_BUNDLE_LENGTH` or `MAX_BUNDLE_SECTIONS`.
 * @see SPEC.md, "Bundles"
 */
export function encodeBundle(kind: BundleKind, sections: readonly Section[]): Uint8Array {
  const parts = sections.flatMap(({ name, data }) => [
    utf8(`${name} ${data.length}\n`),
    data,
    LF_BYTE,
  ]);
  const bytes = concat(utf8(`${FIRST_WORD} ${kind}\n`), ...parts);
  if (bytes.length > MAX_BUNDLE_LENGTH || sections.length > MAX_BUNDLE_SECTIONS) {
    throw new RangeError(`bundle has ${bytes.length} bytes in ${sections.length} sections`);
  }
  return bytes;
}

/**
 * Takes a bundle apart.
 *
 * @param bytes - Attacker-controlled.
 * @returns Views of `bytes`.
 * @throws {BundleError} `ERR_BUNDLE` for anything that `encodeBundle` does not write.
 * @see SPEC.md, V35
 */
export function decodeBundle(bytes: Uint8Array): Bundle {
  if (bytes.length > MAX_BUNDLE_LENGTH) throw malformedBundle(`is ${bytes.length} bytes long`);
  const first = lineAt(bytes, 0);
  const kind = BUNDLE_KINDS.find((known) => first === `${FIRST_WORD} ${known}`);
  if (first === undefined || kind === undefined) {
    throw malformedBundle(`does not start with "${FIRST_WORD}" and a known kind`);
  }
  const sections: Section[] = [];
  let at = first.length + 1;
  while (at < bytes.length) {
    const line = lineAt(bytes, at) ?? '';
    const [, name, length] = SECTION_LINE.exec(line) ?? [];
    if (name === undefined) throw malformedBundle(`has no section at byte ${at}`);
    const start = at + line.length + 1;
    const end = start + Number(length);
    if (bytes[end] !== LF) throw malformedBundle(`section "${name}" does not end at byte ${end}`);
    sections.push({ name, data: bytes.subarray(start, end) });
    if (sections.length > MAX_BUNDLE_SECTIONS) {
      throw malformedBundle(`has more than ${MAX_BUNDLE_SECTIONS} sections`);
    }
    at = end + 1;
  }
  return { kind, sections };
}

/** Reads the line of ASCII that starts at `at`, without its LF; `undefined` if there is none. */
function lineAt(bytes: Uint8Array, at: number): string | undefined {
  const line = bytes.subarray(at, at + MAX_LINE_LENGTH);
  const end = line.indexOf(LF);
  const text = end < 0 ? undefined : fromUtf8(line.subarray(0, end));
  return text?.length === end ? text : undefined; // a longer character is no ASCII
}

/** The sections of a bundle of one kind, consumed in order. */
export class SectionReader {
  readonly #sections: readonly Section[];
  #at = 0;

  /** @throws {BundleError} `ERR_BUNDLE` if the bundle is of another kind. */
  constructor(bundle: Bundle, kind: BundleKind) {
    if (bundle.kind !== kind) throw malformedBundle(`is of kind ${bundle.kind}, want ${kind}`);
    this.#sections = bundle.sections;
  }

  /** Tells whether the next section has this name. */
  has(name: string): boolean {
    return this.#sections[this.#at]?.name === name;
  }

  /** @throws {BundleError} `ERR_BUNDLE` if the next section has another name, or there is none. */
  take(name: string): Uint8Array {
    const section = this.#sections[this.#at];
    if (section?.name !== name) {
      const found = section === undefined ? 'ends' : `has a section "${section.name}"`;
      throw malformedBundle(`${found}, want a section "${name}"`);
    }
    this.#at += 1;
    return section.data;
  }

  /** As `take`, of text. */
  takeText(name: string): string {
    const text = fromUtf8(this.take(name));
    if (text === undefined) throw malformedBundle(`section "${name}" is not UTF-8`);
    return text;
  }

  /** @throws {BundleError} `ERR_BUNDLE` if a section is left. */
  end(): void {
    const section = this.#sections[this.#at];
    if (section !== undefined) throw malformedBundle(`has a section "${section.name}" too many`);
  }
}

/** Makes the error for a bundle that is not as SPEC.md says; `what` follows the word "bundle". */
export function malformedBundle(what: string, options?: ErrorOptions): BundleError {
  return new BundleError('ERR_BUNDLE', `bundle ${what}`, options);
}
