import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editPolicy } from '../../../cli/trust/edit-policy.ts';
import { folder } from '../../helpers/folder.ts';

describe('editPolicy()', () => {
  it('makes the file and the folders above it', () => {
    const path = join(folder(), 'a/b/trust.toml');
    editPolicy(path, (text) => `${text}# new\n`);
    expect(readFileSync(path, 'utf8')).toBe('# new\n');
    expect(readdirSync(join(path, '..'))).toEqual(['trust.toml']);
  });

  it('keeps the mode of the file, and a symlink to it', () => {
    const root = folder();
    const [real, link] = [join(root, 'real'), join(root, 'link')];
    writeFileSync(real, '# old\n', { mode: 0o640 });
    symlinkSync('real', link);
    editPolicy(link, (text) => `${text}# new\n`);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('# old\n# new\n');
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  it('leaves everything as it was if the change fails', () => {
    const root = folder();
    const path = join(root, 'trust.toml');
    writeFileSync(path, '# old\n');
    const fail = () => {
      throw new Error('no');
    };
    expect(() => editPolicy(path, fail)).toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('# old\n');
    expect(readdirSync(root)).toEqual(['trust.toml']);
  });

  it('lets nobody else edit at the same time', () => {
    const path = join(folder(), 'trust.toml');
    editPolicy(path, () => {
      expect(() => editPolicy(path, (text) => text)).toThrow(
        expect.objectContaining({ name: 'Failure', exitStatus: 1, hint: expect.any(String) }),
      );
      return '# first\n';
    });
    expect(readFileSync(path, 'utf8')).toBe('# first\n');
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('does not write through a symlink in the place of the lock', () => {
    const root = folder();
    const path = join(root, 'trust.toml');
    mkdirSync(join(root, 'else'));
    symlinkSync('else/victim', `${path}.lock`);
    expect(() => editPolicy(path, () => 'x')).toThrow(expect.objectContaining({ name: 'Failure' }));
    expect(readdirSync(join(root, 'else'))).toEqual([]);
  });
});
