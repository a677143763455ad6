import { describe, expect, it } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { parseNote } from '../../common/note.ts';
import { join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { announcing, connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  file,
  MemoryObject,
  signer,
  statementText,
  volumeOf,
  volumeOfFiles,
} from '../helpers/memory-volume.ts';

const volume = volumeOfFiles({ f: file(noise(3000)) });
const honest = volume.newest();
const text = new TextDecoder().decode(parseNote(honest).text);
const lines = honest.slice(parseNote(honest).text.length + 1);

describe('connect()', () => {
  it.each([
    { attack: 'no statement', note: new Uint8Array() },
    { attack: 'a byte that is not UTF-8', note: join(honest.slice(0, 40), Uint8Array.of(0xff)) },
    { attack: 'CR LF', note: utf8(new TextDecoder().decode(honest).replaceAll('\n', '\r\n')) },
    { attack: 'a cut note', note: honest.slice(0, -1) },
    { attack: 'no signature line', note: utf8(`${text}\n`) },
    { attack: 'an empty text', note: join(utf8('\n'), lines) },
    { attack: 'no empty line', note: join(utf8(text), lines) },
    { attack: 'a line after the signatures', note: join(honest, utf8('more\n')) },
    {
      attack: '17 signature lines',
      note: join(utf8(`${text}\n`), ...Array.from({ length: 17 }, () => lines)),
    },
    {
      attack: 'one byte too many',
      note: join(utf8('x'.repeat(MAX_NOTE_LENGTH - honest.length + 1)), honest),
    },
  ])('V1 refuses $attack', async ({ note }) => {
    await using server = await hostileServer(volume, announcing(note));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_NOTE'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it.each([
    { attack: 'another first line', signed: text.replace('v1', 'v2') },
    { attack: 'two origins', signed: text.replace('origin', 'origin x\norigin') },
    { attack: 'a leading zero', signed: text.replace('version 1', 'version 01') },
    { attack: 'version 0', signed: text.replace('version 1', 'version 0') },
    { attack: 'version 2^53', signed: text.replace('version 1', 'version 9007199254740992') },
    { attack: 'a leap second', signed: text.replace('10:00:00', '23:59:60') },
    { attack: 'no day like that', signed: text.replace('-21T', '-31T') },
    { attack: 'lines in another order', signed: text.replace(/(version 1\n)(issued.*\n)/, '$2$1') },
    { attack: 'a version 2 without previous', signed: text.replace('version 1', 'version 2') },
    { attack: 'an unknown profile', signed: text.replace('rfc9162', 'rfc9163') },
    { attack: 'an unknown line', signed: `${text}y-comment x\n` },
    { attack: 'a longer text', signed: `${text}x-comment ${'x'.repeat(8192)}\n` },
  ])('V4 refuses a signed text with $attack', async ({ signed }) => {
    expect(signed).not.toBe(text);
    await using server = await hostileServer(volume, announcing(signer.note(utf8(signed))));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_STATEMENT'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it.each(['lab.example/image', 'lab.example/images/x', 'lab.example', 'images'])(
    'V5 refuses a statement that is signed for %s',
    async (origin) => {
      const note = signer.note(statementText(directory([]), { origin }));
      await using server = await hostileServer(volume, announcing(note));
      await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_ORIGIN'));
      await server.disconnected();
      expect(server.requests).toEqual([{ type: 'hello' }]);
    },
  );

  it.each([
    { attack: 'a page size of 512', from: ' 8192 ', to: ' 512 ' },
    { attack: 'a page size of 4,096 for a directory', from: ' 8192 ', to: ' 4096 ' },
    { attack: 'a page size that is no power of two', from: ' 8192 ', to: ' 8193 ' },
    { attack: 'pages of 2 MiB', from: ' 8192 ', to: ' 2097152 ' },
    { attack: 'fsverity for a directory', from: 'rfc9162-', to: 'fsverity-' },
    { attack: '2^32 pages', from: / 8192 \d+/, to: ` 8192 ${2 ** 32 * 8192}` },
    { attack: 'a size of 2^53', from: / 8192 \d+/, to: ' 1048576 9007199254740992' },
    { attack: 'no bytes under a root', from: / 8192 \d+/, to: ' 8192 0' },
  ])('V10 refuses a signed object with $attack', async ({ from, to }) => {
    const signed = utf8(text.replace(from, to));
    await using server = await hostileServer(volume, announcing(signer.note(signed)));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_DESCRIPTOR'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it('V10 opens an empty file and an empty directory without asking for a page', async () => {
    for (const root of [file(new Uint8Array()), new MemoryObject('directory', new Uint8Array())]) {
      await using server = await hostileServer(volumeOf(root));
      await using opened = await connectTo(server);
      expect(opened.statement.descriptor.size).toBe(0);
      expect(server.requests).toEqual([{ type: 'hello' }]);
    }
  });
});
