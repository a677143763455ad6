import { describe, expect, it, test } from 'vitest';
import { equalBytes } from '../../common/bytes.ts';
import type { Entry } from '../../common/directory.ts';
import { REMOTE_CODES } from '../../common/errors.ts';
import type { ServerMessage } from '../../common/wire.ts';
import { onReads } from '../helpers/attacked-volume.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, hostileServer, on, type Tamper } from '../helpers/hostile-server.ts';
import { directory, entryOf, file, symlink, volumeOf } from '../helpers/memory-volume.ts';
import { stepsTo } from '../helpers/steps.ts';

const data = file(noise(3000));
/** Eleven pages. */
const inside: Entry[] = Array.from({ length: 200 }, (_, i) =>
  symlink(`n${1000 + 2 * i}`, 'x'.repeat(400)),
);
const large = directory(inside);
const PAGES = large.shape.widths[0] ?? 0;
const root = directory([entryOf('d', large), entryOf('f', data)]);
const volume = volumeOf(root, [large, data]);
const NOT_FOUND = ['PathError', 'ERR_NOT_FOUND'] as const;

/** Pages to which a server may lead; one that the directory does not have is V39. */
const hints = [0, 1, 3, 7, PAGES - 1, Math.floor(PAGES / 2)];

/** Leads every walk to this page. */
function leadingTo(page: number): Tamper {
  return on('steps', () => stepsTo([large, page]));
}

/** Refuses every walk, and changes other answers. */
function unled(tamper: Tamper): Tamper {
  const refusal: ServerMessage = { type: 'error', code: 'INTERNAL', message: '', retryAfterMs: 0 };
  return (frame, request) =>
    frame.message.type === 'steps'
      ? { requestId: frame.requestId, message: refusal }
      : tamper(frame, request);
}

/** Answers all that is asked about the large directory with this. */
function about(message: ServerMessage): Tamper {
  return (frame, request) =>
    request && 'object' in request && equalBytes(request.object, large.id)
      ? { requestId: frame.requestId, message }
      : frame;
}

describe('Volume', () => {
  it.each(hints)('V22 finds every name, whatever page the server leads to: %d', async (page) => {
    await using server = await hostileServer(volume, leadingTo(page));
    await using opened = await connectTo(server);
    for (const { name } of inside) {
      expect((await opened.stat(`d/${name}`)).entry.name).toBe(name);
    }
    for (const { name } of inside.slice(0, 40)) {
      await expect(opened.stat(`d/${name}x`)).rejects.toThrow(failure(...NOT_FOUND));
    }
  });

  it.each(hints)(
    'V22 takes a name for absent only between its neighbours: hint %d',
    async (page) => {
      await using server = await hostileServer(volume, leadingTo(page));
      await using opened = await connectTo(server);
      for (const name of [
        'a',
        'n1001',
        'n1199',
        'n1397',
        'n1399',
        'z',
        'x'.repeat(256),
        '\ud800',
      ]) {
        await expect(opened.stat(`d/${name}`)).rejects.toThrow(failure(...NOT_FOUND));
      }
    },
  );

  test('V22 asks for few pages, however the hint lies', async () => {
    for (const page of hints) {
      await using server = await hostileServer(volume, leadingTo(page));
      await using opened = await connectTo(server);
      const before = server.requests.length;
      await opened.stat('d/n1198');
      expect(server.asked('walk')).toHaveLength(1);
      expect(server.requests.length - before).toBeLessThanOrEqual(
        1 + 1 + Math.ceil(Math.log2(PAGES)),
      );
    }
  });

  test('V22 does not take another page for the one it asked for', async () => {
    await using server = await hostileServer(
      volume,
      unled(
        onReads(large, 'pages', (message, { first }) => ({
          ...message,
          data: large.page((first + 1) % (PAGES - 1)),
        })),
      ),
    );
    await using opened = await connectTo(server);
    const finding = opened.stat('d/n1198');
    await expect(finding).rejects.toThrow(failure('IntegrityError', 'ERR_PROOF_MISMATCH'));
    await server.disconnected();
  });

  test('V22 takes a directory for empty only if it is', async () => {
    await using server = await hostileServer(
      volume,
      unled(onReads(large, 'pages', (message) => ({ ...message, data: new Uint8Array() }))),
    );
    await using opened = await connectTo(server);
    const finding = opened.stat('d/never');
    await expect(finding).rejects.toThrow(failure('ProtocolError', 'ERR_DATA_LENGTH'));
  });

  test('V22 proves absence in an empty directory without asking', async () => {
    const empty = directory([]);
    await using server = await hostileServer(volumeOf(empty));
    await using opened = await connectTo(server);
    await expect(opened.stat('a')).rejects.toThrow(failure(...NOT_FOUND));
    expect(await drain(opened.readdir())).toEqual([]);
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it.each(['x'.repeat(256), 'x'.repeat(5000), 'é'.repeat(128)])(
    'V22 proves the absence of a name that no directory can hold, without sending it',
    async (name) => {
      await using server = await hostileServer(volume);
      await using opened = await connectTo(server);
      await expect(opened.stat(`d/${name}`)).rejects.toThrow(failure(...NOT_FOUND));
      expect(server.asked('walk')).toEqual([]);
    },
  );

  it.each(REMOTE_CODES)('V25 does not take the error %s for absence', async (code) => {
    const error: ServerMessage = {
      type: 'error',
      code,
      message: 'no entry "n1198"',
      retryAfterMs: 9,
    };
    await using server = await hostileServer(volume, about(error));
    await using opened = await connectTo(server);
    const finding = opened.stat('d/n1198');
    await expect(finding).rejects.toThrow(failure('RequestError', `ERR_REMOTE_${code}`));
    await expect(finding).rejects.toHaveProperty('retryAfterMs', 9);
    const given: unknown[] = [];
    const listing = drain(opened.readdir('d'), given);
    await expect(listing).rejects.toThrow(failure('RequestError', `ERR_REMOTE_${code}`));
    expect(given).toEqual([]);
    // a claim says nothing about honesty: the connection lives, and all else is still true
    server.tamper = (frame) => frame;
    expect((await opened.stat('d/n1198')).entry.name).toBe('n1198');
  });

  it.each(REMOTE_CODES)('V25 finds a name although walks fail with %s', async (code) => {
    await using server = await hostileServer(
      volume,
      on('steps', () => ({ type: 'error', code, message: '', retryAfterMs: 0 })),
    );
    await using opened = await connectTo(server);
    expect((await opened.stat('d/n1198')).entry.name).toBe('n1198');
    await expect(opened.stat('d/n1197')).rejects.toThrow(failure(...NOT_FOUND));
  });

  it.each(REMOTE_CODES)('V25 reports %s in the place of a page as what it is', async (code) => {
    await using server = await hostileServer(
      volume,
      onReads(data, 'pages', () => ({ type: 'error', code, message: 'no', retryAfterMs: 0 })),
    );
    await using opened = await connectTo(server);
    const f = await opened.open('f');
    const given: Uint8Array[] = [];
    const error = failure('RequestError', `ERR_REMOTE_${code}`);
    await expect(f.read(0, 10)).rejects.toThrow(error);
    await expect(drain(f.pages(), given)).rejects.toThrow(error);
    expect(given).toEqual([]);
    server.tamper = (frame) => frame;
    expect(await f.read(0, 10)).toEqual(data.data.slice(0, 10));
  });

  test('V25 knows an error number that it does not know as INTERNAL, and cuts its message', async () => {
    await using server = await hostileServer(
      volume,
      onReads(data, 'pages', (_message, _request, requestId) => {
        const text = Buffer.alloc(9000, 'x');
        const error = Buffer.concat([Buffer.from([0x08, 99, 0x12, 0xa8, 0x46]), text]);
        return Buffer.concat([Buffer.from([0x08, requestId, 0x4a, 0xad, 0x46]), error]);
      }),
    );
    await using opened = await connectTo(server);
    const reading = (await opened.open('f')).read(0, 10);
    await expect(reading).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_INTERNAL'));
    await reading.catch(({ message }: Error) => expect(message.length).toBeLessThan(600));
  });
});
