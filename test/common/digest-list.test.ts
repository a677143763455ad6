import { describe, expect, it, test } from 'vitest';
import { concat, utf8 } from '../../common/bytes.ts';
import { parseDigestList, readDigestList } from '../../common/digest-list.ts';
import { MAX_DIGEST_LIST_LENGTH, MAX_DIGEST_LIST_LINES } from '../../common/limits.ts';
import { formatNote } from '../../common/note.ts';
import { failure } from '../helpers/failure.ts';
import { line, signer, signText } from '../helpers/signers.ts';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = new Uint8Array(Buffer.from(HEX, 'hex'));
const LIST = `sha256:${HEX} usr/bin/ls\nsha256:${HEX} usr/share/a b\n`;
const MALFORMED = failure('BundleError', 'ERR_DIGEST_LIST');

describe('parseDigestList()', () => {
  it('V38 reads what fsverity digest prints', () => {
    const list = `${LIST}sha256:${HEX} /usr/lib/x\nsha256:${HEX} ./ünï\n`;
    const paths = ['usr/bin/ls', 'usr/share/a b', 'usr/lib/x', 'ünï'];
    expect([...parseDigestList(utf8(list))]).toEqual(paths.map((path) => [path, DIGEST]));
  });

  it.each([
    { what: 'nothing', list: '' },
    { what: 'a last line without LF', list: LIST.slice(0, -1) },
    { what: 'an empty line', list: `${LIST}\n` },
    { what: 'an empty line in between', list: `${LIST}\n${LIST.replaceAll('usr', 'opt')}` },
    { what: 'another algorithm', list: `sha512:${HEX}${HEX} a\n` },
    { what: 'no algorithm', list: `${HEX} a\n` },
    { what: 'a short digest', list: `sha256:${HEX.slice(1)} a\n` },
    { what: 'a long digest', list: `sha256:${HEX}0 a\n` },
    { what: 'capital letters', list: `sha256:${HEX.toUpperCase()} a\n` },
    { what: 'no path', list: `sha256:${HEX}\n` },
    { what: 'an empty path', list: `sha256:${HEX} \n` },
    { what: 'the path of the root', list: `sha256:${HEX} /\n` },
    { what: 'a path upwards', list: `sha256:${HEX} a/../b\n` },
    { what: 'a name with LF', list: `sha256:${HEX} a\nb\n` },
    { what: 'a name with CR', list: `sha256:${HEX} a\r\n` },
    { what: 'a tab', list: `sha256:${HEX}\ta\n` },
    { what: 'a path twice', list: LIST + LIST },
    { what: 'a path in two spellings', list: `sha256:${HEX} a/b\nsha256:${HEX} ./a//b\n` },
    { what: 'a statement', list: 'pageseal.v1/statement\norigin a\n' },
  ])('V38 refuses $what', ({ list }) => {
    expect(() => parseDigestList(utf8(list))).toThrow(MALFORMED);
  });

  it('V38 refuses what is not UTF-8', () => {
    const list = concat(utf8(`sha256:${HEX} a`), Uint8Array.of(0xff, 0x0a));
    expect(() => parseDigestList(list)).toThrow(MALFORMED);
  });

  it('V38 takes as many lines as the limit says, and no more', () => {
    const lines = (count: number) =>
      utf8(Array.from({ length: count }, (_, i) => `sha256:${HEX} ${i}\n`).join(''));
    expect(parseDigestList(lines(MAX_DIGEST_LIST_LINES)).size).toBe(MAX_DIGEST_LIST_LINES);
    expect(() => parseDigestList(lines(MAX_DIGEST_LIST_LINES + 1))).toThrow(MALFORMED);
  });

  it('V38 refuses a list that is too long before it looks at it', () => {
    expect(() => parseDigestList(new Uint8Array(MAX_DIGEST_LIST_LENGTH + 1))).toThrow(MALFORMED);
  });
});

describe('readDigestList()', () => {
  const [a, b, other] = [signer('ed25519', 'a'), signer('ecdsa-p256', 'b'), signer('ed25519', 'c')];
  const keys = [a.key, b.key];
  const text = utf8(LIST);
  const signedBy = (...signers: (typeof a)[]) => ({
    text,
    signatures: signers.map((one) => line(one.key, signText(one, text))),
  });
  const note = formatNote(signedBy(a, b));
  const lines = note.subarray(text.length + 1);

  test.each([
    { how: 'beside the list', list: text, apart: lines },
    { how: 'in one note with it', list: note, apart: undefined },
  ])('V38 takes signatures $how', ({ list, apart }) => {
    expect(readDigestList(list, apart, { keys, threshold: 2 }).size).toBe(2);
  });

  test('V38 ignores lines of unknown keys', () => {
    const list = formatNote(signedBy(other, a));
    expect(readDigestList(list, undefined, { keys, threshold: 1 }).size).toBe(2);
  });

  test.each([
    { what: 'too few keys', list: formatNote(signedBy(a, other)), code: 'ERR_THRESHOLD' },
    { what: 'the same key twice', list: formatNote(signedBy(a, a)), code: 'ERR_THRESHOLD' },
    {
      what: 'a list that was changed',
      list: concat(utf8(LIST.replace('ls', 'lz')), note.subarray(text.length)),
      code: 'ERR_SIGNATURE',
    },
    { what: 'a bare list', list: text, code: 'ERR_NOTE' },
    { what: 'a list with half a line of signature', list: note.slice(0, -9), code: 'ERR_NOTE' },
    { what: 'an empty file', list: new Uint8Array(), code: 'ERR_NOTE' },
  ])('V38 refuses $what', ({ list, code }) => {
    const read = () => readDigestList(list, undefined, { keys, threshold: 2 });
    expect(read).toThrow(failure('IntegrityError', code));
  });

  test.each([
    { what: 'a whole note', apart: note, code: 'ERR_NOTE' },
    { what: 'no lines', apart: new Uint8Array(), code: 'ERR_NOTE' },
    {
      what: 'more lines than a note has',
      apart: concat(...Array(9).fill(lines)),
      code: 'ERR_NOTE',
    },
  ])('V38 refuses $what as detached lines', ({ apart, code }) => {
    const read = () => readDigestList(text, apart, { keys, threshold: 2 });
    expect(read).toThrow(failure('IntegrityError', code));
  });

  test('V38 says that a signed text is no digest list', () => {
    const statement = utf8('pageseal.v1/statement\n');
    const signed = { text: statement, signatures: [line(a.key, signText(a, statement))] };
    const read = () => readDigestList(formatNote(signed), undefined, { keys, threshold: 1 });
    expect(read).toThrow(MALFORMED);
  });

  test('V38 refuses a list that is too long before it verifies anything', () => {
    const list = new Uint8Array(MAX_DIGEST_LIST_LENGTH + 1).fill(0x61);
    expect(() => readDigestList(list, lines, { keys, threshold: 1 })).toThrow(MALFORMED);
    const note = concat(list, utf8('\n\n'), utf8('\u2014 a AAAA\n'));
    expect(() => readDigestList(note, undefined, { keys, threshold: 1 })).toThrow(MALFORMED);
  });
});
