import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as Client from '../../client/index.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { onReads } from '../helpers/attacked-volume.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { drain, hostileServer } from '../helpers/hostile-server.ts';
import { file, signer, volumeOfFiles } from '../helpers/memory-volume.ts';

/** Bytes; raise them when something is worth it. */
const MAX_MINIFIED = 272_000;
const MAX_COMPRESSED = 84_000;

/** All that the bundle finds of its platform: what browsers have, and no `process`. */
const BROWSER = {
  WebSocket,
  URL,
  TextEncoder,
  TextDecoder,
  atob,
  btoa,
  performance,
  DOMException,
  AbortController,
  AbortSignal,
  setTimeout,
  clearTimeout,
  // of this realm, since the sockets are, too
  ArrayBuffer,
  Uint8Array,
};

describe('client/index.ts, bundled for browsers', () => {
  let text = '';
  let pageseal: typeof Client;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, '../../client/index.ts')],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'pageseal',
      logLevel: 'error',
    });
    text = outputFiles[0]?.text ?? '';
    const context = createContext({ ...BROWSER });
    runInContext(text, context);
    pageseal = runInContext('pageseal', context) as typeof Client;
  }, 60_000);

  it.each([
    { what: 'a module of Node', pattern: /["'`]node:(?!crypto["'`]\)\?\.hash)/ },
    { what: 'require', pattern: /\brequire\(/ },
    { what: 'eval', pattern: /\beval\b/ },
    { what: 'the constructor Function', pattern: /\bFunction\(/ },
    { what: 'a dynamic import', pattern: /\bimport\(/ },
  ])('holds no trace of $what', ({ pattern }) => {
    expect(text).not.toBe('');
    expect(text.match(pattern)).toBeNull();
  });

  test('stays within its size', () => {
    expect(text.length).toBeLessThan(MAX_MINIFIED);
    expect(gzipSync(text).length).toBeLessThan(MAX_COMPRESSED);
  });

  test('reads a volume with the hash that runs anywhere, and refuses a wrong page', async () => {
    const f = file(noise(20_000, 1));
    const v = file(noise(70_001, 2), { profile: FSVERITY });
    await using server = await hostileServer(volumeOfFiles({ f, v }));
    const keys = [pageseal.parseVerifierKey(formatVerifierKey(signer.key))];
    const volume = await pageseal.connect(server.url, { keys });
    for (const [name, { data }] of Object.entries({ f, v })) {
      const opened = await volume.open(name);
      expect(Buffer.compare(await opened.read(1000, 5000), data.slice(1000, 6000))).toBe(0);
      const runs = await drain(opened.pages());
      expect(Buffer.compare(Buffer.concat(runs), data)).toBe(0);
    }
    server.tamper = onReads(f, 'pages', (message) => ({
      ...message,
      data: flipBit(message.data, 0),
    }));
    const reading = (await volume.open('f')).read(15_000, 1);
    await expect(reading).rejects.toMatchObject(
      failure('IntegrityError', 'ERR_PROOF_MISMATCH') as object,
    );
    await server.disconnected();
  });
});
