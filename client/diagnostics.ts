import {
  type Bundle,
  decodeBundle,
  encodeBundle,
  malformedBundle,
  type Section,
  SectionReader,
} from '../common/bundle.ts';
import { equalBytes, utf8 } from '../common/bytes.ts';
import { decodeDescriptor, encodeDescriptor } from '../common/descriptor.ts';
import type { Frame } from '../common/read-frames.ts';
import { formatVerifierKey, parseVerifierKey } from '../common/signature.ts';
import { isOrigin } from '../common/statement.ts';
import { type ClientMessage, decodeClientFrame, encodeClientFrame } from '../common/wire.ts';
import type {
  FailedAnswer,
  FailedCheck,
  FailedDirectory,
  FailedStatement,
} from './failed-check.ts';
import type { Trust } from './trust.ts';

/** What a diagnostic bundle holds beside the failed check itself. */
export interface DiagnosticContext {
  /** Of the server; only its scheme, host and path are kept. */
  readonly url: string;
  /** The signed note that the client reads by; `undefined` if none was accepted yet. */
  readonly note: Uint8Array | undefined;
  /** Whom the client believes. */
  readonly trust: Pick<Trust, 'origin' | 'keys' | 'threshold'>;
}

/** A failed check as a bundle tells it; nobody has signed any of it. */
export interface Diagnostics extends DiagnosticContext {
  /** `ERR_...`, as the client reported it. */
  readonly code: string;
  readonly message: string;
  readonly failure: Told<FailedAnswer> | Told<FailedStatement> | Told<FailedDirectory>;
}

type Told<Failure extends FailedCheck> = Omit<Failure, 'error'>;

const CODE = /^ERR_[A-Z_]{1,40}$/;
const COUNT = /^(?:0|[1-9][0-9]{0,9})$/;

/**
 * Puts a failed check into a bundle; new bytes.
 *
 * @see SPEC.md, "Bundles", "Diagnostics"
 */
export function encodeDiagnostics(failure: FailedCheck, context: DiagnosticContext): Uint8Array {
  const { check, error } = failure;
  const { protocol, host, pathname } = new URL(context.url); // a query or a user may be secret
  const { origin, threshold, keys } = context.trust;
  return encodeBundle('diagnostics', [
    text('check', check),
    text('code', error.code),
    text('message', error.message),
    text('url', `${protocol}//${host}${pathname}`),
    text('origin', origin),
    text('threshold', `${threshold}`),
    ...keys.map((key) => text('key', formatVerifierKey(key))),
    ...(context.note === undefined ? [] : [{ name: 'note', data: context.note }]),
    ...sectionsOf(failure),
  ]);
}

function sectionsOf(failure: FailedCheck): readonly Section[] {
  switch (failure.check) {
    case 'answer':
      return answerSections(failure);
    case 'statement':
      return [{ name: 'statement', data: failure.note }];
    case 'directory':
      return [
        { name: 'descriptor', data: encodeDescriptor(failure.descriptor) },
        ...failure.pages.flatMap(({ index, data }) => [
          text('page', `${index}`),
          { name: 'data', data },
        ]),
      ];
  }
}

function answerSections({ request, basis, frame }: FailedAnswer): readonly Section[] {
  const asked = request && encodeClientFrame(request.requestId, request.message);
  return [
    ...(asked === undefined ? [] : [{ name: 'request', data: asked }]),
    ...(basis === undefined
      ? []
      : [
          { name: 'descriptor', data: encodeDescriptor(basis.descriptor) },
          { name: 'anchors', data: basis.anchors },
        ]),
    { name: 'frame', data: frame },
  ];
}

function text(name: string, value: string): Section {
  return { name, data: utf8(value) };
}

/**
 * Takes a diagnostic bundle apart.
 *
 * @param bundle - Attacker-controlled bytes, or what `decodeBundle` made of them.
 * @returns Views of them.
 * @throws {BundleError} `ERR_BUNDLE` if it is no diagnostic bundle.
 * @see SPEC.md, "Bundles", "Diagnostics"
 */
export function decodeDiagnostics(bundle: Uint8Array | Bundle): Diagnostics {
  const decoded = bundle instanceof Uint8Array ? decodeBundle(bundle) : bundle;
  const reader = new SectionReader(decoded, 'diagnostics');
  const check = reader.takeText('check');
  const code = reader.takeText('code');
  if (!CODE.test(code)) throw malformedBundle('names no code of a client');
  const message = reader.takeText('message');
  const url = reader.takeText('url');
  const trust = readTrust(reader);
  const note = reader.has('note') ? reader.take('note') : undefined;
  const failure = readFailure(reader, check);
  reader.end();
  return { code, message, url, trust, note, failure };
}

function readTrust(reader: SectionReader): DiagnosticContext['trust'] {
  const origin = reader.takeText('origin');
  if (!isOrigin(origin)) throw malformedBundle('has an impossible origin');
  const threshold = readCount(reader, 'threshold');
  if (threshold < 1) throw malformedBundle('has a threshold of 0');
  const keys = [];
  while (reader.has('key')) {
    const key = reader.takeText('key');
    keys.push(wellFormed('a key that is none', () => parseVerifierKey(key)));
  }
  return { origin, threshold, keys };
}

function readFailure(reader: SectionReader, check: string): Diagnostics['failure'] {
  switch (check) {
    case 'answer':
      return readAnswer(reader);
    case 'statement':
      return { check, note: reader.take('statement') };
    case 'directory': {
      const descriptor = readDescriptor(reader);
      const pages = [readPage(reader)];
      if (reader.has('page')) pages.push(readPage(reader));
      return { check, descriptor, pages };
    }
    default:
      throw malformedBundle('is of an unknown check');
  }
}

function readAnswer(reader: SectionReader): Told<FailedAnswer> {
  const request = reader.has('request') ? readRequest(reader.take('request')) : undefined;
  const basis = reader.has('descriptor')
    ? { descriptor: readDescriptor(reader), anchors: reader.take('anchors') }
    : undefined;
  return { check: 'answer', request, basis, frame: reader.take('frame') };
}

function readRequest(bytes: Uint8Array): Frame<ClientMessage> {
  const { requestId, message } = wellFormed('a request that is none', () =>
    decodeClientFrame(bytes),
  );
  if (message === undefined || !equalBytes(encodeClientFrame(requestId, message), bytes)) {
    throw malformedBundle('has a request that no client sends');
  }
  return { requestId, message };
}

function readDescriptor(reader: SectionReader) {
  const bytes = reader.take('descriptor');
  return wellFormed('an impossible descriptor', () => decodeDescriptor(bytes));
}

function readPage(reader: SectionReader): FailedDirectory['pages'][number] {
  return { index: readCount(reader, 'page'), data: reader.take('data') };
}

function readCount(reader: SectionReader, name: string): number {
  const value = reader.takeText(name);
  if (!COUNT.test(value)) throw malformedBundle(`has an impossible "${name}"`);
  return Number(value);
}

function wellFormed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw malformedBundle(`has ${what}`, { cause });
  }
}

/** Keeps what the diagnostics of one connection need, and hands them out when a check fails. */
export class DiagnosticsSink {
  readonly #url: string;
  readonly #trust: DiagnosticContext['trust'];
  readonly #sink: ((bundle: Uint8Array) => void) | undefined;
  /** The note that the client reads by, once it is accepted. */
  note: Uint8Array | undefined;

  /** @param sink - Receives bundles of its own; without it, nothing is encoded. */
  constructor(
    url: string,
    trust: DiagnosticContext['trust'],
    sink: ((bundle: Uint8Array) => void) | undefined,
  ) {
    this.#url = url;
    this.#trust = trust;
    this.#sink = sink;
  }

  /** Hands out a failed check; its bytes are copied. */
  readonly report = (failure: FailedCheck): void => {
    const context = { url: this.#url, note: this.note, trust: this.#trust };
    this.#sink?.(encodeDiagnostics(failure, context));
  };
}
