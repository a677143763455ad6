import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDiagnostics, encodeDiagnostics } from '../../client/diagnostics.ts';
import type { FailedCheck } from '../../client/failed-check.ts';
import { replayDiagnostics } from '../../client/replay.ts';
import { decodeBundle, encodeBundle, type Section } from '../../common/bundle.ts';
import { utf8 } from '../../common/bytes.ts';
import {
  FreshnessError,
  IntegrityError,
  type PagesealError,
  ProtocolError,
} from '../../common/errors.ts';
import { rootOf } from '../../common/tree/hash-nodes.ts';
import { siblingRuns } from '../../common/tree/range-proof.ts';
import {
  type ClientMessage,
  encodeClientFrame,
  encodeServerFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  directory,
  entryOf,
  file,
  ORIGIN,
  Signer,
  signer,
  symlink,
  wrongDirectory,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const f = file(noise(5 * 1024 + 100));
const note = signer.seal(f);
const context = {
  url: 'wss://user:secret@files.example.org:8080/base/lab.example/images?token=secret',
  note,
  trust: { origin: ORIGIN, keys: [signer.key], threshold: 1 },
};
const basis = { descriptor: f.parsed, anchors: f.parsed.root };

const refused = {
  note: (code: IntegrityError['code']) => new IntegrityError(code, 'what was said'),
  frame: (code: ProtocolError['code']) => new ProtocolError(code, 'what was said'),
};

/** An honest answer: page 4, with its proof. */
const read: ClientMessage = {
  type: 'readPages',
  object: f.id,
  first: 4,
  count: 1,
  anchorLevel: f.shape.height,
};
const range = { level: 0, start: 4, end: 5, anchorLevel: f.shape.height };
const siblings = join(
  ...siblingRuns(f.shape, range).map(({ level, start, count }) =>
    f.nodes(level, start, start + count),
  ),
);
const data = f.data.slice(4096, 5120);
const pages: ServerMessage = { type: 'pages', siblings, data };
const readNodes: ClientMessage = { ...read, type: 'readNodes', level: 1, first: 0, count: 2 };
const nodeSiblings = f.nodes(1, 2, 3);

function answered(
  error: PagesealError,
  answer: ServerMessage | Uint8Array,
  message: ClientMessage | null = read,
): FailedCheck {
  const frame = answer instanceof Uint8Array ? answer : encodeServerFrame(7, answer);
  const request = message ? { requestId: 7, message } : undefined;
  const isRead = message?.type === 'readPages' || message?.type === 'readNodes';
  return { check: 'answer', error, frame, request, basis: isRead ? basis : undefined };
}

const disordered = wrongDirectory([symlink('b', 'x'), symlink('a', 'x')]);
const many = Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + i}`, 'x'.repeat(100)));
const [low, high] = [directory(many.slice(0, 100)), directory(many.slice(100))];
const swapped = file(join(high.data.slice(0, 8192), low.data.slice(0, 8192)));

const failures: readonly (FailedCheck & { readonly what: string })[] = [
  {
    what: 'a flipped bit in a page',
    ...answered(refused.note('ERR_PROOF_MISMATCH'), { ...pages, data: flipBit(data, 77) }),
  },
  {
    what: 'a flipped bit in a node',
    ...answered(
      refused.note('ERR_PROOF_MISMATCH'),
      { type: 'nodes', siblings: nodeSiblings, nodes: flipBit(f.nodes(1, 0, 2), 3) },
      readNodes,
    ),
  },
  {
    what: 'a sibling too few',
    ...answered(refused.frame('ERR_PROOF_LENGTH'), { ...pages, siblings: siblings.slice(32) }),
  },
  {
    what: 'a page cut short',
    ...answered(refused.frame('ERR_DATA_LENGTH'), { ...pages, data: data.slice(1) }),
  },
  {
    what: 'nodes cut short',
    ...answered(
      refused.frame('ERR_DATA_LENGTH'),
      { type: 'nodes', siblings: nodeSiblings, nodes: f.nodes(1, 0, 1) },
      readNodes,
    ),
  },
  {
    what: 'a frame that does not decode',
    ...answered(refused.frame('ERR_FRAME'), Uint8Array.of(0xff), null),
  },
  {
    what: 'an answer to no request',
    ...answered(refused.frame('ERR_UNEXPECTED_ANSWER'), pages, null),
  },
  {
    what: 'an answer of another type',
    ...answered(refused.frame('ERR_UNEXPECTED_ANSWER'), { type: 'pong' }),
  },
  {
    what: 'an answer to another request',
    ...answered(refused.frame('ERR_UNEXPECTED_ANSWER'), encodeServerFrame(8, pages)),
  },
  {
    what: 'limits that are too low',
    ...answered(
      refused.frame('ERR_WELCOME'),
      {
        type: 'welcome',
        maxFrameBytes: 1,
        maxOutstandingBytes: 1,
        maxOutstandingRequests: 1,
        statement: note,
      },
      { type: 'hello' },
    ),
  },
  {
    what: 'another descriptor',
    ...answered(
      refused.note('ERR_OBJECT_ID'),
      { type: 'descriptor', descriptor: low.descriptor },
      { type: 'describe', object: f.id },
    ),
  },
  {
    what: 'a forged statement',
    check: 'statement',
    error: refused.note('ERR_SIGNATURE'),
    note: flipBit(note, 8 * 40),
  },
  {
    what: "a stranger's statement",
    check: 'statement',
    error: refused.note('ERR_THRESHOLD'),
    note: new Signer(9).seal(f),
  },
  {
    what: 'no statement',
    check: 'statement',
    error: refused.note('ERR_NOTE'),
    note: new Uint8Array(),
  },
  {
    what: 'a directory out of order',
    check: 'directory',
    error: refused.note('ERR_DIRECTORY'),
    descriptor: disordered.parsed,
    pages: [{ index: 0, data: disordered.data }],
  },
  {
    what: 'pages of a directory out of order',
    check: 'directory',
    error: refused.note('ERR_DIRECTORY'),
    descriptor: {
      ...low.parsed,
      size: swapped.data.length + 8192,
      root: rootOf(swapped.shape, swapped.data),
    },
    pages: [
      { index: 0, data: swapped.data.slice(0, 8192) },
      { index: 1, data: swapped.data.slice(8192) },
    ],
  },
];

describe('encodeDiagnostics()', () => {
  it.each(failures)('keeps $what', (failed) => {
    const told = decodeDiagnostics(encodeDiagnostics(failed, context));
    const { what, error } = failed;
    expect({ ...told.failure, what, error }).toEqual(failed);
    expect(told).toMatchObject({ code: error.code, message: 'what was said', note });
    expect(told.trust).toEqual(context.trust);
  });

  it('keeps no secret that the URL may hold', () => {
    const bundle = encodeDiagnostics(failures[0] as FailedCheck, context);
    expect(decodeDiagnostics(bundle).url).toBe(
      'wss://files.example.org:8080/base/lab.example/images',
    );
    expect(new TextDecoder().decode(bundle)).not.toContain('secret');
  });
});

describe('replayDiagnostics()', () => {
  it.each(failures)('fails as the client did, of $what', (failed) => {
    const { isReproduced, error } = replayDiagnostics(encodeDiagnostics(failed, context));
    expect(error?.code).toBe(failed.error.code);
    expect(isReproduced).toBe(true);
  });

  it.each([
    { what: 'an honest answer', failed: answered(refused.note('ERR_PROOF_MISMATCH'), pages) },
    {
      what: 'honest nodes',
      failed: answered(
        refused.note('ERR_PROOF_MISMATCH'),
        { type: 'nodes', siblings: nodeSiblings, nodes: f.nodes(1, 0, 2) },
        readNodes,
      ),
    },
    {
      what: 'an honest refusal',
      failed: answered(refused.note('ERR_PROOF_MISMATCH'), {
        type: 'error',
        code: 'BUSY',
        message: '',
        retryAfterMs: 0,
      }),
    },
    {
      what: 'a farewell',
      failed: answered(
        refused.frame('ERR_UNEXPECTED_ANSWER'),
        encodeServerFrame(0, { type: 'goAway' }),
      ),
    },
    {
      what: 'an honest descriptor',
      failed: answered(
        refused.note('ERR_OBJECT_ID'),
        { type: 'descriptor', descriptor: f.descriptor },
        { type: 'describe', object: f.id },
      ),
    },
    {
      what: 'an honest directory',
      failed: {
        check: 'directory',
        error: refused.note('ERR_DIRECTORY'),
        descriptor: directory([entryOf('f', f)]).parsed,
        pages: [{ index: 0, data: directory([entryOf('f', f)]).data }],
      } as const,
    },
  ])('finds no fault with $what', ({ failed }) => {
    const { isReproduced, error } = replayDiagnostics(encodeDiagnostics(failed, context));
    expect({ isReproduced, error }).toEqual({ isReproduced: false, error: undefined });
  });

  it('tells that another check fails than the bundle says', () => {
    const failed = answered(refused.note('ERR_PROOF_MISMATCH'), { ...pages, data: data.slice(1) });
    const { isReproduced, error } = replayDiagnostics(encodeDiagnostics(failed, context));
    expect(isReproduced).toBe(false);
    expect(error).toEqual(failure('ProtocolError', 'ERR_DATA_LENGTH'));
  });

  it('does not judge freshness, which needs a clock and a memory', () => {
    const error = new FreshnessError('ERR_ROLLBACK', 'older');
    const failed = { check: 'statement', error, note } as const;
    expect(replayDiagnostics(encodeDiagnostics(failed, context))).toMatchObject({
      isReproduced: false,
      error: undefined,
    });
  });

  const honest = encodeDiagnostics(failures[0] as FailedCheck, context);
  const { sections } = decodeBundle(honest);
  const changed = (name: string, value: string | Uint8Array) =>
    sections.map((section) =>
      section.name === name
        ? { name, data: typeof value === 'string' ? utf8(value) : value }
        : section,
    );
  const without = (name: string) => sections.filter((section) => section.name !== name);
  const request = (message: Partial<typeof read>) =>
    encodeClientFrame(7, { ...read, ...message } as ClientMessage);
  const rows: readonly { readonly what: string; readonly sections: readonly Section[] }[] = [
    { what: 'an unknown check', sections: changed('check', 'guess') },
    { what: 'an impossible code', sections: changed('code', 'PROOF') },
    { what: 'an impossible origin', sections: changed('origin', 'A b') },
    { what: 'a threshold of 0', sections: changed('threshold', '0') },
    { what: 'a threshold that is no number', sections: changed('threshold', '01') },
    { what: 'a key that is none', sections: changed('key', 'key') },
    { what: 'a request that is none', sections: changed('request', Uint8Array.of(0xff)) },
    { what: 'no request in the request', sections: changed('request', Uint8Array.of(8, 1)) },
    {
      what: 'a request in another encoding',
      sections: changed('request', join(request({}), Uint8Array.of(0x78, 1))),
    },
    { what: 'a request of nothing', sections: changed('request', request({ count: 0 } as never)) },
    {
      what: 'a request beyond the object',
      sections: changed('request', request({ first: 0xffff_ffff } as never)),
    },
    {
      what: 'a request above the root',
      sections: changed('request', request({ anchorLevel: 60 } as never)),
    },
    { what: 'anchors cut short', sections: changed('anchors', new Uint8Array(31)) },
    { what: 'no anchors', sections: without('anchors') },
    {
      what: 'no descriptor',
      sections: without('descriptor').filter(({ name }) => name !== 'anchors'),
    },
    { what: 'an impossible descriptor', sections: changed('descriptor', new Uint8Array(48)) },
    { what: 'no frame', sections: without('frame') },
    { what: 'a section too many', sections: [...sections, { name: 'frame', data: utf8('x') }] },
  ];

  it.each(rows)('V35 refuses $what', (row) => {
    expect(() => replayDiagnostics(encodeBundle('diagnostics', row.sections))).toThrow(
      failure('BundleError', 'ERR_BUNDLE'),
    );
  });

  it('ends with a code or a verdict, whatever bit is flipped', () => {
    const bundles = failures.map((failed) => encodeDiagnostics(failed, context));
    const flips = fc.tuple(fc.constantFrom(...bundles), fc.nat());
    const property = fc.property(flips, ([bundle, bit]) => {
      try {
        replayDiagnostics(flipBit(bundle, bit % (bundle.length * 8)));
      } catch (error) {
        expect(error).toEqual(failure('BundleError', 'ERR_BUNDLE'));
      }
    });
    fc.assert(property, { numRuns: NUM_RUNS });
  });

  it('V35 refuses pages that their directory does not have, or in the wrong order', () => {
    const check = { check: 'directory', error: refused.note('ERR_DIRECTORY') } as const;
    const page = { index: 0, data: low.data.slice(0, 8192) };
    for (const pagesOf of [[{ ...page, index: 9 }], [page, page], [{ ...page, data: low.data }]]) {
      const failed = { ...check, descriptor: low.parsed, pages: pagesOf };
      expect(() => replayDiagnostics(encodeDiagnostics(failed, context))).toThrow(
        failure('BundleError', 'ERR_BUNDLE'),
      );
    }
  });
});
