import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { encodeEvidence, verifyEvidence } from '../../common/evidence.ts';
import { formatNote } from '../../common/note.ts';
import { file, statementText } from '../helpers/memory-volume.ts';
import { signer, signText } from '../helpers/signers.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'pageseal-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Takes an evidence bundle apart and checks both signatures, each of one line, with no program of ours. */
const SCRIPT = `set -euo pipefail
cut_note() { # skips N bytes of the bundle, writes the note that follows there, prints where it ends
  local line length
  line=$(tail -c +$(($1 + 1)) bundle | head -n 1)
  length=\${line#note }
  dd if=bundle of=note bs=1 skip=$(($1 + \${#line} + 1)) count=$length status=none
  end=$(($1 + \${#line} + 1 + length + 1))
}
[ "$(head -n 1 bundle)" = 'pageseal.v1/bundle evidence' ]
end=28
for n in 1 2; do
  cut_note $end
  note=$(cat note)
  printf '%s\\n' "\${note%%$'\\n\\n'*}" > text.$n
  printf '%s' "\${note##* }" | openssl base64 -d -A | dd bs=1 skip=4 of=signature status=none
  openssl pkeyutl -verify -pubin -inkey public.pem -rawin DIGEST -in text.$n -sigfile signature
done
[ $end = $(wc -c < bundle) ]
[ "$(sed -n '2,3p' text.1)" = "$(sed -n '2,3p' text.2)" ]
! cmp -s text.1 text.2`;

describe.skipIf(isSkipped('openssl'))('an evidence bundle', () => {
  it.each([
    { algorithm: 'ed25519', digest: '' },
    { algorithm: 'ecdsa-p256', digest: '-digest sha256' },
  ] as const)('V37 is checked with openssl alone, $algorithm', ({ algorithm, digest }) => {
    const signing = signer(algorithm);
    const notes = ['one', 'two'].map((content) => {
      const text = statementText(file(utf8(content)));
      const { name, keyId } = signing.key;
      return formatNote({
        text,
        signatures: [{ name, keyId, signature: signText(signing, text) }],
      });
    });
    const bundle = encodeEvidence(notes);
    expect(verifyEvidence(bundle, [signing.key], 1).version).toBe(1);
    writeFileSync(join(folder, 'bundle'), bundle);
    const pem = signing.publicKey.export({ type: 'spki', format: 'pem' });
    writeFileSync(join(folder, 'public.pem'), pem);
    const script = `cd ${folder}\n${SCRIPT.replace('DIGEST', digest)}`;
    const printed = new TextDecoder().decode(run('bash', ['-c', script]));
    expect(printed).toBe('Signature Verified Successfully\n'.repeat(2));
    expect(readFileSync(join(folder, 'text.1'))).not.toEqual(readFileSync(join(folder, 'text.2')));
  });
});
