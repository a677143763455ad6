import type { Anchor } from '../../client/describe.ts';
import type { RevokedKey, Rule, TrustPolicy } from '../../client/policy/index.ts';
import { toHex } from '../../common/bytes.ts';
import { formatDuration } from '../../common/duration.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import type { Field } from '../fields.ts';

/** What a rule asks of a statement, as lines of text; keys and pins are left to the caller. */
export function limitFields(rule: Rule): readonly Field[] {
  const { threshold, maxAgeMs, minVersion, series, audit } = rule;
  return [
    ['threshold', String(threshold)],
    ['max age', maxAgeMs === undefined ? '-' : formatDuration(maxAgeMs)],
    ['min version', String(minVersion ?? '-')],
    ['series', String(series ?? 0)],
    ['only warns', audit.size === 0 ? '-' : [...audit].join(', ')],
  ];
}

/** Turns a rule into a JSON object. */
export function ruleJson(rule: Rule): Readonly<Record<string, unknown>> {
  const { match, line = null, keys, threshold, maxAgeMs, minVersion, series, audit, pins } = rule;
  return {
    match,
    line,
    keys: keys.map((source) => {
      const { type, ...rest } = source;
      return source.type === 'key'
        ? { type, key: formatVerifierKey(source.key) }
        : { type, ...rest };
    }),
    threshold,
    maxAgeSeconds: maxAgeMs === undefined ? null : maxAgeMs / 1000,
    minVersion: minVersion ?? null,
    series: series ?? 0,
    audit: [...audit],
    pins: Array.from(pins, ([path, anchor]) => ({ path, ...anchorJson(anchor) })),
  };
}

/** Turns what a file is pinned to into properties of a JSON object. */
export function anchorJson(anchor: Anchor): Readonly<Record<string, string>> {
  return 'object' in anchor
    ? { object: toHex(anchor.object) }
    : { fsverity: `sha256:${toHex(anchor.fsverityDigest)}` };
}

/** Writes what a file is pinned to. */
export function formatAnchor(anchor: Anchor): string {
  return 'object' in anchor
    ? `object ${toHex(anchor.object)}`
    : `fs-verity sha256:${toHex(anchor.fsverityDigest)}`;
}

/** Writes how a key is revoked. */
export function formatRevoked(revoked: RevokedKey): string {
  switch (revoked.type) {
    case 'key':
      return formatVerifierKey(revoked.key);
    case 'sha256':
      return `sha256:${revoked.sha256}`;
    case 'key-id':
      return revoked.keyId;
  }
}

/** Turns what a policy revokes into properties of a JSON object. */
export function revocationJson(policy: TrustPolicy): Readonly<Record<string, unknown>> {
  return {
    revokedKeys: policy.revokedKeys.map(formatRevoked),
    revokedObjects: [...policy.revokedObjects],
  };
}
