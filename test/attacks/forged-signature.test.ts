import { describe, expect, it, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { formatNote, parseNote } from '../../common/note.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { announcing, connectTo, hostileServer } from '../helpers/hostile-server.ts';
import { file, Signer, signer, statementText, volumeOfFiles } from '../helpers/memory-volume.ts';

const volume = volumeOfFiles({ f: file(noise(3000)) });
const honest = parseNote(volume.newest());
const [line = signer.line(honest.text)] = honest.signatures;
const other = new Signer(2);

describe('connect()', () => {
  it.each([
    { attack: 'a bit flipped in R', signature: flipBit(line.signature, 3) },
    { attack: 'a bit flipped in S', signature: flipBit(line.signature, 300) },
    { attack: 'a signature by another key', signature: other.line(honest.text).signature },
    { attack: 'a signature of another text', signature: signer.line(utf8('x\n')).signature },
    { attack: 'a short signature', signature: line.signature.slice(0, 63) },
    { attack: 'a long signature', signature: Uint8Array.of(...line.signature, 0) },
    { attack: 'one byte', signature: Uint8Array.of(1) },
  ])('V2 refuses $attack under a trusted key name and id', async ({ signature }) => {
    const statement = formatNote({ ...honest, signatures: [{ ...line, signature }] });
    await using server = await hostileServer(volume, announcing(statement));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  test('V2 refuses a forged line of one trusted key beside a good one of another', async () => {
    const forged = { ...other.line(honest.text), signature: noise(64) };
    const statement = formatNote({ ...honest, signatures: [line, forged] });
    await using server = await hostileServer(volume, announcing(statement));
    const connecting = connectTo(server, { keys: [signer.key, other.key] });
    await expect(connecting).rejects.toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
    await server.disconnected();
  });

  test('V2 refuses a text that was changed after it was signed', async () => {
    const text = statementText(file(noise(4000, 1)));
    const statement = formatNote({ text, signatures: honest.signatures });
    await using server = await hostileServer(volume, announcing(statement));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
    await server.disconnected();
  });

  test('V3 refuses a statement that only strangers have signed', async () => {
    const statement = other.note(honest.text);
    await using server = await hostileServer(volume, announcing(statement));
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  test('V3 counts one public key under two names once', async () => {
    const alias = new Signer(1, 'alias');
    const signatures = [line, alias.line(honest.text)];
    await using server = await hostileServer(
      volume,
      announcing(formatNote({ ...honest, signatures })),
    );
    const connecting = connectTo(server, { keys: [signer.key, alias.key], threshold: 2 });
    await expect(connecting).rejects.toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
    await server.disconnected();
  });

  test('V3 counts a line that stands twice once', async () => {
    const signatures = [line, line];
    await using server = await hostileServer(
      volume,
      announcing(formatNote({ ...honest, signatures })),
    );
    const connecting = connectTo(server, { keys: [signer.key, other.key], threshold: 2 });
    await expect(connecting).rejects.toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
    await server.disconnected();
  });

  test('V2 V3 accepts two keys that have both signed, and ignores strangers', async () => {
    const signatures = [new Signer(3).line(honest.text), line, other.line(honest.text)];
    await using server = await hostileServer(
      volume,
      announcing(formatNote({ ...honest, signatures })),
    );
    const keys = [signer.key, other.key];
    await using opened = await connectTo(server, { keys, threshold: 2 });
    expect(opened.statement.version).toBe(1);
  });
});
