import { onTestFinished } from 'vitest';
import type { ConnectOptions } from '../../client/connect.ts';
import { connect } from '../../client/node/index.ts';
import type { Volume } from '../../client/volume.ts';
import type { PagesealError } from '../../common/errors.ts';
import { type HostileServer, hostileServer, type Tamper } from './hostile-server.ts';
import { type MemoryVolume, signer } from './memory-volume.ts';

/** Starts servers that end with the test. */
export function startMirrors(
  ...mirrors: readonly { readonly volume: MemoryVolume; readonly tamper?: Tamper }[]
): Promise<HostileServer[]> {
  return Promise.all(
    mirrors.map(async ({ volume, tamper }) => {
      const server = await hostileServer(volume, tamper);
      onTestFinished(() => server[Symbol.asyncDispose]());
      return server;
    }),
  );
}

/** A volume that is read from several servers, and what they were caught in. */
export interface Mirrored {
  readonly volume: Volume;
  readonly caught: readonly { readonly url: string; readonly code: PagesealError['code'] }[];
  readonly bundles: readonly Uint8Array[];
}

/** Connects to all of them as a reader who trusts `signer`, until the end of the test. */
export async function connectMirrors(
  servers: readonly (HostileServer | string)[],
  options: Partial<ConnectOptions> = {},
): Promise<Mirrored> {
  const caught: Mirrored['caught'][number][] = [];
  const bundles: Uint8Array[] = [];
  const urls = servers.map((server) => (typeof server === 'string' ? server : server.url));
  const volume = await connect(urls, {
    keys: [signer.key],
    deadlineMs: 5000,
    now: () => Date.parse('2026-11-22T00:00:00Z'),
    onQuarantine: (url, { code }) => caught.push({ url, code }),
    onDiagnostics: (bundle) => bundles.push(bundle),
    ...options,
  });
  onTestFinished(() => volume.close());
  return { volume, caught, bundles };
}
