import { describe, expect, test } from 'vitest';
import { formatVerifierKey, objectIdHex } from '../../common/index.ts';
import { hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  ORIGIN,
  Signer,
} from '../helpers/memory-volume.ts';
import { Reader, refusal, rule } from '../helpers/reader.ts';

/** What a publisher of these tests signs first is a minute old. */
const ISSUED = Date.now() - 60_000;

describe('a key that is replaced', () => {
  const data = file(Buffer.from('contents\n'));
  const root = directory([entryOf('f', data)]);
  const [old, fresh] = [new Signer(1), new Signer(2)];
  const [OLD, NEW] = [old, fresh].map(({ key }) => formatVerifierKey(key));

  test('overlaps with the new one until it is taken out of the policy', async () => {
    const reader = new Reader();
    const volume = new MemoryVolume([root, data]).publish(old.seal(root, { issued: ISSUED }));
    await using server = await hostileServer(volume);
    const cat = () => reader.run('cat', server.url, 'f');

    reader.trust(...rule(ORIGIN, `keys = ["${OLD}"]`));
    expect(await cat()).toMatchObject({ status: 0 });
    reader.trust(...rule(ORIGIN, `keys = ["${OLD}", "${NEW}"]`));
    expect(await cat()).toMatchObject({ status: 0 });
    const later = { version: 3, issued: ISSUED + 1000 };
    volume.publish(fresh.seal(root, later), 3);
    expect(await cat()).toMatchObject({ status: 0 });
    reader.trust(...rule(ORIGIN, `keys = ["${NEW}"]`));
    expect(await cat()).toMatchObject({ status: 0 });

    volume.publish(old.seal(root, { version: 4, issued: ISSUED + 2000 }), 4);
    const { status, stdout, stderr } = await cat();
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(refusal('ERR_THRESHOLD'));
  });
});

describe('a key that was stolen', () => {
  const data = file(Buffer.from('contents\n'));
  const root = directory([entryOf('f', data)]);
  const [stolen, fresh] = [new Signer(1), new Signer(2)];
  const [STOLEN, NEW] = [stolen, fresh].map(({ key }) => formatVerifierKey(key));

  test('V7 V29 is recovered from by revoking it and raising the series', async () => {
    const reader = new Reader();
    const huge = 2 ** 40;
    const volume = new MemoryVolume([root, data]);
    volume.publish(stolen.seal(root, { version: huge, issued: ISSUED }), huge);
    await using server = await hostileServer(volume);
    const cat = () => reader.run('cat', server.url, 'f');
    reader.trust(...rule(ORIGIN, `keys = ["${STOLEN}"]`));
    expect(await cat()).toMatchObject({ status: 0 });

    // The publisher goes on with a new key, from the version that it had.
    volume.publish(fresh.seal(root, { version: 8, issued: ISSUED }), 8);
    const revoked = `revoked_keys = ["${STOLEN}"]`;
    reader.trust(revoked, ...rule(ORIGIN, `keys = ["${NEW}"]`));
    const refused = await cat();
    expect(refused).toMatchObject({ status: 4, stdout: '' });
    expect(refused.stderr).toMatch(refusal('ERR_ROLLBACK'));

    reader.trust(revoked, ...rule(ORIGIN, `keys = ["${NEW}"]`, 'series = 1'));
    expect(await cat()).toMatchObject({ status: 0, stdout: 'contents\n' });
    const explained = await reader.run('trust', 'explain', ORIGIN);
    expect(explained.stdout).toContain('series       1\n');

    // What the thief signed counts no more, and from now on version 8 is remembered.
    volume.publish(stolen.seal(root, { version: huge, issued: ISSUED }), huge);
    expect((await cat()).stderr).toMatch(refusal('ERR_THRESHOLD'));
    volume.publish(fresh.seal(root, { version: 7, issued: ISSUED }), 7);
    expect((await cat()).stderr).toMatch(refusal('ERR_ROLLBACK'));
    volume.publish(fresh.seal(root, { version: 8, issued: ISSUED }), 8);
    reader.trust(revoked, ...rule(ORIGIN, `keys = ["${NEW}"]`));
    expect((await cat()).stderr).toMatch(refusal('ERR_POLICY_VERSION'));
  });
});

describe('a limit of a rule', () => {
  const data = file(Buffer.from('contents\n'));
  const root = directory([entryOf('f', data)]);
  const signer = new Signer(1);
  const keys = `keys = ["${formatVerifierKey(signer.key)}"]`;

  test.each([
    { limit: 'max_age = "30s"', audit: 'max-age', code: 'ERR_TOO_OLD' },
    { limit: 'min_version = 2', audit: 'min-version', code: 'ERR_MIN_VERSION' },
  ])('V27 V28 is enforced, or only warned of: $limit', async ({ limit, audit, code }) => {
    const reader = new Reader();
    const volume = new MemoryVolume([root, data]);
    volume.publish(signer.seal(root, { issued: ISSUED }));
    await using server = await hostileServer(volume);
    reader.trust(...rule(ORIGIN, keys, limit));
    const enforced = await reader.run('cat', server.url, 'f');
    expect(enforced).toMatchObject({ status: 4, stdout: '' });
    expect(enforced.stderr).toMatch(refusal(code));
    reader.trust(...rule(ORIGIN, keys, limit, `audit = ["${audit}"]`));
    const audited = await reader.run('cat', server.url, 'f');
    expect(audited).toMatchObject({ status: 0, stdout: 'contents\n' });
    expect(audited.stderr).toMatch(new RegExp(`^pageseal: warning: .*${code}`, 'm'));
    // A key on the command line does not bring the rule's leniency with it.
    const key = formatVerifierKey(signer.key);
    const given = await reader.run('cat', server.url, 'f', '--key', key);
    expect(given).toMatchObject({ status: 4, stdout: '' });
  });
});

describe('a pinned object', () => {
  test('is read without any key, and its path alone', async () => {
    const reader = new Reader();
    const data = file(Buffer.from('pinned\n'));
    const root = directory([entryOf('f', data)]);
    const id = objectIdHex(data.parsed);
    // Nobody has signed anything.
    await using server = await hostileServer(new MemoryVolume([root, data]));
    reader.trust(...rule(ORIGIN, '[[origin.pin]]', 'path = "g"', `object = "${id}"`));
    const cat = await reader.run('cat', server.url, 'g', '--explain');
    expect(cat).toMatchObject({ status: 0, stdout: 'pinned\n' });
    expect(cat.stderr).toContain(`rule "${ORIGIN}" (${reader.policy}:1) pins this file`);
    const { status, stderr } = await reader.run('cat', server.url, 'f');
    expect(status).toBe(1);
    expect(stderr).toMatch(refusal('ERR_UNTRUSTED_ORIGIN'));
    expect(await reader.json('stat', server.url, './g')).toMatchObject({ pinned: true, size: 7 });
    expect(await reader.run('inspect', server.url, 'g')).toMatchObject({ status: 0 });
  });

  test('V29 is not read if it is revoked', async () => {
    const reader = new Reader();
    const data = file(Buffer.from('pinned\n'));
    const id = objectIdHex(data.parsed);
    await using server = await hostileServer(new MemoryVolume([data]));
    reader.trust(`revoked_objects = ["${id}"]`, ...rule(ORIGIN, `pin = [{ object = "${id}" }]`));
    const { status, stdout, stderr } = await reader.run('cat', server.url);
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toMatch(refusal('ERR_REVOKED'));
  });
});
