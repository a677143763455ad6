import { fromHex, fromUtf8, toHex, utf8 } from './bytes.ts';
import { checkDescriptor, type Descriptor, type ObjectType } from './descriptor.ts';
import { IntegrityError } from './errors.ts';
import { digest } from './hash.ts';
import { MAX_ORIGIN_LENGTH, MAX_TEXT_LENGTH, MAX_VERSION } from './limits.ts';
import { PROFILES } from './tree/profile.ts';

/**
 * What a publisher says of an origin at one version.
 *
 * @see SPEC.md, "Statement"
 */
export interface Statement {
  readonly origin: string;
  /** 1 to 2^53 - 1. */
  readonly version: number;
  /** Milliseconds since 1970, whole seconds. */
  readonly issued: number;
  /** Milliseconds since 1970, whole seconds, later than `issued`. */
  readonly expires?: number;
  /** Hash of the text of the version before; 32 bytes; present exactly when `version` > 1. */
  readonly previous?: Uint8Array;
  readonly type: ObjectType;
  readonly descriptor: Descriptor;
  /** Lines that readers ignore, without their LF; each starts with `x-`. */
  readonly extensions: readonly string[];
}

const FIRST_LINE = 'pageseal.v1/statement';
const ORIGIN = /^[a-z0-9._-]+(?:\/[a-z0-9._-]+)*$/;
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const EXTENSION = /^x-[a-z0-9-]+ [^\p{Cc}]+$/u;

/** Tells whether a text is an origin. */
export function isOrigin(text: string): boolean {
  const segments = text.split('/');
  const dots = segments.includes('.') || segments.includes('..');
  return text.length <= MAX_ORIGIN_LENGTH && ORIGIN.test(text) && !dots;
}

/** Tells whether a line may stand at a statement's end for readers to ignore. */
export function isExtension(line: string): boolean {
  return EXTENSION.test(line);
}

/** Reads a version as a statement spells it; `undefined` for anything else. */
export function parseVersion(text: string): number | undefined {
  const version = parseDecimal(text);
  return version !== undefined && version >= 1 && version <= MAX_VERSION ? version : undefined;
}

/** Reads a decimal; one above 2^53 - 1 is rounded, but stays above it. */
function parseDecimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/**
 * Writes a time as a statement spells it, cut to the second.
 *
 * @throws {RangeError} If it is no time, or its year does not have four digits.
 */
export function formatTime(ms: number): string {
  const text = new Date(ms).toISOString();
  if (text.length !== 24) throw new RangeError(`${text} has no year of four digits`);
  return `${text.slice(0, 19)}Z`;
}

/** Reads a time as a statement spells it, in milliseconds; `undefined` for anything else. */
export function parseTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const ms = Date.parse(text);
  // Compared, since a day that does not exist, or its hour 24, is read as another day.
  const isTime = !Number.isNaN(ms) && new Date(ms).toISOString() === `${text.slice(0, -1)}.000Z`;
  return isTime ? ms : undefined;
}

/** Returns the hash of a statement's text, which the next version names as `previous`. */
export function textHash(text: Uint8Array): Uint8Array {
  return digest(text);
}

/** Writes a valid statement as the text that is signed. */
export function formatStatement(statement: Statement): Uint8Array {
  const { profile, pageSize, size, root } = statement.descriptor;
  const { expires, previous } = statement;
  const lines = [
    FIRST_LINE,
    `origin ${statement.origin}`,
    `version ${statement.version}`,
    `issued ${formatTime(statement.issued)}`,
    ...(expires === undefined ? [] : [`expires ${formatTime(expires)}`]),
    ...(previous === undefined ? [] : [`previous ${toHex(previous)}`]),
    `object ${statement.type} ${profile.name} ${pageSize} ${size} ${toHex(root)}`,
    ...statement.extensions,
  ];
  return utf8(`${lines.join('\n')}\n`);
}

/**
 * Returns the origin that a text claims to speak for, whatever else is in it; `undefined` if there is
 * none. Nothing about it is verified: it may name keys, and nothing may rest on it.
 */
export function claimedOrigin(text: Uint8Array): string | undefined {
  const [, line = ''] = fromUtf8(text)?.split('\n', 2) ?? [];
  const origin = line.startsWith('origin ') ? line.slice('origin '.length) : '';
  return isOrigin(origin) ? origin : undefined;
}

/**
 * Parses a statement strictly.
 *
 * @param text - The signed bytes, with the last LF.
 * @throws {IntegrityError} `ERR_STATEMENT` for any other text, `ERR_DESCRIPTOR` if the object it
 *   names can not exist.
 * @see SPEC.md, V4 and V10
 */
export function parseStatement(text: Uint8Array): Statement {
  if (text.length > MAX_TEXT_LENGTH) throw malformed(`is ${text.length} bytes long`);
  const decoded = fromUtf8(text);
  if (decoded === undefined || !decoded.endsWith('\n')) throw malformed('is not lines of UTF-8');
  const lines = new Lines(decoded.slice(0, -1).split('\n'));
  if (lines.next() !== FIRST_LINE) throw malformed(`does not start with "${FIRST_LINE}"`);
  const origin = lines.value('origin', (text) => (isOrigin(text) ? text : undefined));
  const version = lines.value('version', parseVersion);
  const issued = lines.value('issued', parseTime);
  const expires = lines.has('expires') ? lines.value('expires', parseTime) : undefined;
  if (expires !== undefined && expires <= issued) throw malformed('expires before it is issued');
  const previous = version > 1 ? lines.value('previous', parseHash) : undefined;
  const object = lines.value('object', parseObject);
  const extensions = lines.rest();
  if (!extensions.every(isExtension)) throw malformed('has a line that does not belong there');
  checkDescriptor(object.descriptor, object.type);
  return {
    origin,
    version,
    issued,
    ...(expires === undefined ? {} : { expires }),
    ...(previous === undefined ? {} : { previous }),
    ...object,
    extensions,
  };
}

/** The lines of a text, consumed in order. */
class Lines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  next(): string | undefined {
    this.#at += 1;
    return this.#lines[this.#at - 1];
  }

  has(word: string): boolean {
    return this.#lines[this.#at]?.startsWith(`${word} `) ?? false;
  }

  value<T>(word: string, parse: (text: string) => T | undefined): T {
    if (!this.has(word)) throw malformed(`has no line "${word}" in its place`);
    const value = parse((this.next() ?? '').slice(word.length + 1));
    if (value === undefined) throw malformed(`has an impossible value for "${word}"`);
    return value;
  }

  rest(): readonly string[] {
    return this.#lines.slice(this.#at);
  }
}

function parseHash(text: string): Uint8Array | undefined {
  const bytes = fromHex(text);
  return bytes?.length === 32 ? bytes : undefined;
}

/** Parses the value of the line `object`; bounds are checked by `checkDescriptor`. */
function parseObject(
  text: string,
): { readonly type: ObjectType; readonly descriptor: Descriptor } | undefined {
  const [type, profileName, pageSizeText, sizeText, rootText, more] = text.split(' ');
  const profile = PROFILES.find(({ name }) => name === profileName);
  const pageSize = parseDecimal(pageSizeText ?? '');
  const size = parseDecimal(sizeText ?? '');
  const root = parseHash(rootText ?? '');
  if (type !== 'file' && type !== 'directory') return undefined;
  if (more !== undefined || profile === undefined || root === undefined) return undefined;
  if (pageSize === undefined || size === undefined) return undefined;
  return { type, descriptor: { profile, pageSize, size, root } };
}

function malformed(what: string): IntegrityError {
  return new IntegrityError('ERR_STATEMENT', `statement ${what}`);
}
