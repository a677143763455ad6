import { describe, expect, it } from 'vitest';
import { plainPath } from '../../common/plain-path.ts';

describe('plainPath()', () => {
  it.each([
    { text: 'a/b', path: 'a/b' },
    { text: '/a//b/', path: 'a/b' },
    { text: './a/./b', path: 'a/b' },
    { text: 'a b/ünï', path: 'a b/ünï' },
    { text: '', path: '' },
    { text: './/.', path: '' },
    { text: '...', path: '...' },
    { text: 'x'.repeat(255), path: 'x'.repeat(255) },
    { text: 'x'.repeat(256), path: undefined },
    { text: 'é'.repeat(128), path: undefined }, // 256 bytes
    { text: 'a/'.repeat(256), path: `${'a/'.repeat(255)}a` },
    { text: 'a/'.repeat(257), path: undefined },
    { text: 'a/../b', path: undefined },
    { text: '..', path: undefined },
    { text: 'a\nb', path: undefined },
    { text: 'a\0b', path: undefined },
    { text: '\udc80', path: undefined },
  ])('brings "$text" to "$path"', ({ text, path }) => expect(plainPath(text)).toBe(path));
});
