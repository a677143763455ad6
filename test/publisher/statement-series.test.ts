import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { addStatement } from '../../publisher/statement-series.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';

describe('addStatement()', () => {
  it('lets the first of two publishers win, whoever it is', () => {
    const store = folder();
    mkdirSync(join(store, 'statements'));
    addStatement(store, 1, { text: utf8('first\n'), signatures: [] });
    expect(() => addStatement(store, 1, { text: utf8('second\n'), signatures: [] })).toThrow(
      failure('StoreError', 'ERR_VERSION_EXISTS'),
    );
    expect(readFileSync(join(store, 'statements/1'), 'utf8')).toBe('first\n');
    expect(readdirSync(join(store, 'statements'))).toEqual(['1']);
  });
});
