import { describe, expect, it } from 'vitest';
import { REMOTE_CODES } from '../../common/errors.ts';
import { MAX_CLIENT_FRAME_LENGTH } from '../../common/limits.ts';
import type { Frame } from '../../common/read-frames.ts';
import { RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
} from '../../common/wire.ts';
import { BufferPool } from '../../server/buffer-pool.ts';
import { Session } from '../../server/session.ts';
import type { ServedVolume } from '../../server/volume.ts';
import { type Case, expected, load, shortHex, split, titled } from './vectors.ts';

interface FrameCase extends Case {
  readonly direction: 'client' | 'server';
  readonly hex: string;
  readonly frame: {
    readonly request_id: number;
    readonly body: string;
    readonly fields: Readonly<Record<string, string | number>>;
  };
}

const { good, bad } = split(load<{ cases: FrameCase[] }>('frames.json').cases);
const TEXTS = ['get_statement.version', 'error.message'];

function camelCase(name: string): string {
  return name.replaceAll(/_[a-z]/g, (match) => match.slice(1).toUpperCase());
}

/** Makes bytes quick to compare, and keeps what holds them: a `Buffer` is no plain `Uint8Array`. */
function comparable(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  return `${value.constructor.name} ${Buffer.from(value).toString('hex')}`;
}

function flat({ requestId, message }: Frame<object | undefined>): Record<string, unknown> {
  const fields = Object.entries(message ?? {}).map(([name, value]) => [name, comparable(value)]);
  return { requestId, ...Object.fromEntries(fields) };
}

/** A frame of the file as `common/wire.ts` shows it. */
function wanted({ request_id: requestId, body, fields }: FrameCase['frame']): object {
  const message = Object.entries(fields).map(([name, value]) => {
    const isText = typeof value === 'number' || TEXTS.includes(`${body}.${name}`);
    return [camelCase(name), isText ? value : comparable(shortHex(value))];
  });
  const code = body === 'error' && { code: REMOTE_CODES[Number(fields['code'])] ?? 'INTERNAL' };
  return { requestId, type: camelCase(body), ...Object.fromEntries(message), ...code };
}

function withExpect(code: string): FrameCase[] {
  return bad.filter((vector) => vector.expect === code);
}

/** A volume in which every id is that of one directory of four pages. */
const volume = {
  newest: () => new Uint8Array(),
  find: () => ({ shape: treeShape(RFC9162, 8192, 32768), isDirectory: true }),
  findByDigest: () => undefined,
} as unknown as ServedVolume;

/** What a server does with a frame after `Hello`: its close code, or the code of its `Error`. */
async function served(frame: Uint8Array): Promise<string> {
  const outcome = await new Promise<string | Uint8Array>((resolve) => {
    let greeted = false;
    const peer = {
      send: (bytes: Uint8Array) => (greeted ? resolve(bytes) : undefined),
      close: (code: number) => resolve(`${code}`),
      pause: () => undefined,
      resume: () => undefined,
    };
    const session = new Session(peer, { volume, pool: new BufferPool(0) });
    session.receive(encodeClientFrame(1, { type: 'hello' }));
    greeted = true;
    session.receive(frame);
  });
  if (typeof outcome === 'string') return outcome;
  const { message } = decodeServerFrame(outcome);
  return message.type === 'error' ? message.code : message.type;
}

describe('frames.json', () => {
  const from = (direction: string) => good.filter((vector) => vector.direction === direction);

  it.each(titled('accepts from a client', from('client')))('%s', (_title, { hex, frame }) => {
    const { requestId, message } = decodeClientFrame(shortHex(hex));
    expect(flat({ requestId, message })).toEqual(wanted(frame));
    const again = encodeClientFrame(requestId, message ?? { type: 'ping' });
    expect(flat(decodeClientFrame(again))).toEqual(wanted(frame));
  });

  it.each(titled('accepts from a server', from('server')))('%s', (_title, { hex, frame }) => {
    const { requestId, message } = decodeServerFrame(shortHex(hex));
    expect(flat({ requestId, message })).toEqual(wanted(frame));
    const again = encodeServerFrame(requestId, message);
    expect(flat(decodeServerFrame(again))).toEqual(wanted(frame));
  });

  it.each(titled('rejects', withExpect('ERR_FRAME')))('%s', (_title, vector) => {
    expect(() => decodeServerFrame(shortHex(vector.hex))).toThrow(expected(vector));
  });

  it.each(titled('measures', withExpect('1009')))('%s', (_title, { hex }) => {
    expect(shortHex(hex).length).toBeGreaterThan(MAX_CLIENT_FRAME_LENGTH);
  });

  it.each(titled('closes with 1007 on', withExpect('1007')))('%s', async (_title, { hex }) => {
    expect(await served(shortHex(hex))).toBe('1007');
  });

  it.each(titled('refuses', withExpect('BAD_REQUEST')))('%s', async (_title, { hex }) => {
    expect(await served(shortHex(hex))).toBe('BAD_REQUEST');
  });
});
