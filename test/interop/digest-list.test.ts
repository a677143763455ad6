import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { concat, toBase64, utf8 } from '../../common/bytes.ts';
import { readDigestList } from '../../common/digest-list.ts';
import { verifierKeyFromSpki } from '../../common/signature.ts';
import { folder, plant } from '../helpers/folder.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const ALGORITHMS = [
  { options: ['-algorithm', 'ED25519'], digest: [] },
  {
    options: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    digest: ['-digest', 'sha256'],
  },
];

test.skipIf(isSkipped('openssl') || isSkipped('fsverity')).each(ALGORITHMS)(
  'V38 takes the output of fsverity, signed by openssl: $options',
  (row) => {
    const root = plant(folder(), { 'usr/bin/ls': 'ls', 'usr/a b': 'x'.repeat(9000), empty: '' });
    const names = ['usr/bin/ls', 'usr/a b', 'empty'];
    const path = (name: string) => join(root, name);
    const list = run('fsverity', ['digest', ...names.map(path)]);
    writeFileSync(path('list'), list);
    run('openssl', ['genpkey', ...row.options, '-out', path('key')]);
    const files = ['-inkey', path('key'), '-in', path('list'), '-out', path('signature')];
    run('openssl', ['pkeyutl', '-sign', '-rawin', ...row.digest, ...files]);
    const spki = run('openssl', ['pkey', '-in', path('key'), '-pubout', '-outform', 'DER']);
    const key = verifierKeyFromSpki('packages', spki);
    const signed = toBase64(concat(key.keyId, readFileSync(path('signature'))));
    const lines = utf8(`\u2014 packages ${signed}\n`);
    const digests = readDigestList(list, lines, { keys: [key], threshold: 1 });
    expect([...digests.keys()]).toEqual(names.map((name) => path(name).slice(1)));
  },
);
