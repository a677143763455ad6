import { parse, TomlError } from 'smol-toml';
import { fromHex } from '../../common/bytes.ts';
import { parseDuration } from '../../common/duration.ts';
import { KeyError, PolicyError } from '../../common/errors.ts';
import { plainPath } from '../../common/plain-path.ts';
import { parseVerifierKey, type VerifierKey } from '../../common/signature.ts';
import type { Anchor } from '../describe.ts';
import { checkShape, type KeyData, type PinData, type RuleData } from './check-shape.ts';
import { parseFingerprint } from './fingerprint.ts';
import { type Place, PolicyLines } from './locate.ts';
import { isPattern } from './pattern.ts';
import type { KeySource, RevokedKey, Rule, TrustPolicy } from './policy.ts';
import { MAX_POLICY_LENGTH } from './policy-limits.ts';

/**
 * Parses a trust policy strictly: what is not known is an error.
 *
 * Nothing is read but the text; keys in files are loaded by `trustFor`.
 *
 * @param file - What the policy is called in messages.
 * @throws {PolicyError} `ERR_POLICY` with the place, if the text is no policy.
 * @see SPEC.md, "Trust policy file"
 */
export function parsePolicy(text: string, file = 'policy'): TrustPolicy {
  const data = checkShape(parseToml(text, file));
  const reader = new Reader(text, file);
  if ('what' in data) throw reader.fault(data.place, data.what);
  const rules = (data.origin ?? []).map((rule, i) => reader.rule(rule, ['origin', i]));
  checkDistinct(rules, reader);
  return {
    file,
    version: data.version ?? 0,
    rules,
    revokedKeys: (data.revoked_keys ?? []).map((key) => reader.revokedKey(key)),
    revokedObjects: new Set((data.revoked_objects ?? []).map((id) => reader.revokedObject(id))),
  };
}

function parseToml(text: string, file: string): unknown {
  if (text.length > MAX_POLICY_LENGTH) {
    throw new PolicyError('ERR_POLICY', `${file}: longer than ${MAX_POLICY_LENGTH}`);
  }
  try {
    return parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: 16, integersAsBigInt: true });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const what = cause.message.split('\n', 1)[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw new PolicyError('ERR_POLICY', `${file}:${cause.line}: not TOML: ${what}`, { cause });
  }
}

/** At most one rule decides: no two have the same pattern. */
function checkDistinct(rules: readonly Rule[], reader: Reader): void {
  const seen = new Map<string, Rule>();
  for (const [i, rule] of rules.entries()) {
    const first = seen.get(rule.match);
    if (first !== undefined) {
      const where = first.line === undefined ? '' : ` of line ${first.line}`;
      throw reader.fault(['origin', i, 'match'], `the same as that${where}`);
    }
    seen.set(rule.match, rule);
  }
}

/** Reads the texts of one policy, and says where one makes no sense. */
class Reader {
  readonly #lines: PolicyLines;
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#lines = new PolicyLines(text);
    this.#file = file;
  }

  fault(place: Place, what: string, cause?: unknown): PolicyError {
    const line = this.#lines.locate(place);
    const where = line === undefined ? this.#file : `${this.#file}:${line}`;
    const name = nameOf(place);
    const message = `${where}: ${name === '' ? '' : `${name}: `}${what}`;
    return new PolicyError('ERR_POLICY', message, { cause });
  }

  rule(data: RuleData, place: Place): Rule {
    const { match, keys = [], threshold = 1, min_version: minVersion, series } = data;
    if (!isPattern(match)) {
      throw this.fault([...place, 'match'], 'want an origin, one followed by "/*", or "*"');
    }
    const sources = keys.map((key, i) => this.#key(key, [...place, 'keys', i]));
    const pins = this.#pins(data.pin ?? [], [...place, 'pin']);
    if (sources.length === 0 && pins.size === 0) {
      throw this.fault(place, 'a rule needs keys, or pins');
    }
    if (threshold > Math.max(1, sources.length)) {
      throw this.fault([...place, 'threshold'], `${threshold} of ${sources.length} keys`);
    }
    const line = this.#lines.locate(place);
    const maxAgeMs = this.#duration(data.max_age, [...place, 'max_age']);
    return {
      match,
      ...(line === undefined ? {} : { line }),
      keys: sources,
      threshold,
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(series === undefined ? {} : { series }),
      audit: new Set(data.audit ?? []),
      pins,
    };
  }

  revokedKey(text: string): RevokedKey {
    if (text.includes('+')) return { type: 'key', key: this.#verifierKey(text, ['revoked_keys']) };
    if (/^[0-9a-f]{8}$/.test(text)) return { type: 'key-id', keyId: text };
    const sha256 = text.startsWith('sha256:') ? parseFingerprint(text.slice(7)) : undefined;
    if (sha256 !== undefined) return { type: 'sha256', sha256 };
    const what = 'want NAME+ID+KEY, "sha256:" and a fingerprint, or a key id of 8 digits';
    throw this.fault(['revoked_keys'], what);
  }

  revokedObject(text: string): string {
    if (fromHex(text)?.length === 32) return text;
    throw this.fault(['revoked_objects'], 'want object ids of 64 hexadecimal digits');
  }

  #duration(text: string | undefined, place: Place): number | undefined {
    if (text === undefined) return undefined;
    const ms = parseDuration(text);
    if (ms === undefined) throw this.fault(place, 'want a duration such as "30d", "12h" or "90s"');
    return ms;
  }

  #verifierKey(text: string, place: Place): VerifierKey {
    try {
      return parseVerifierKey(text);
    } catch (cause) {
      if (!(cause instanceof KeyError)) throw cause;
      throw this.fault(place, cause.message, cause);
    }
  }

  #key(data: KeyData, place: Place): KeySource {
    if (typeof data === 'string') return { type: 'key', key: this.#verifierKey(data, place) };
    const name = data.name === undefined ? {} : { name: data.name };
    if ('file' in data) return { type: 'file', file: data.file, ...name };
    const sha256 = parseFingerprint(data.sha256);
    if (sha256 !== undefined) {
      return { type: 'certificate', file: data.certificate, sha256, ...name };
    }
    throw this.fault([...place, 'sha256'], 'want 64 hexadecimal digits, with or without colons');
  }

  #pins(data: readonly PinData[], place: Place): ReadonlyMap<string, Anchor> {
    const pins = new Map<string, Anchor>();
    for (const [i, pin] of data.entries()) {
      const path = plainPath(pin.path ?? '');
      if (path === undefined || path !== (pin.path ?? '')) {
        throw this.fault(
          [...place, i, 'path'],
          'want names joined by "/", none of them "." or ".."',
        );
      }
      if (pins.has(path)) throw this.fault([...place, i, 'path'], 'pinned twice');
      pins.set(path, this.#anchor(pin, [...place, i]));
    }
    return pins;
  }

  #anchor({ object, fsverity }: PinData, place: Place): Anchor {
    if ((object === undefined) === (fsverity === undefined)) {
      throw this.fault(place, 'want either object or fsverity');
    }
    const id = fromHex(object ?? '');
    if (id?.length === 32) return { object: id };
    const digest = fromHex(fsverity?.startsWith('sha256:') ? fsverity.slice(7) : '');
    if (digest?.length === 32) return { fsverityDigest: digest };
    throw object === undefined
      ? this.fault([...place, 'fsverity'], 'want "sha256:" and 64 hexadecimal digits')
      : this.fault([...place, 'object'], 'want 64 hexadecimal digits');
  }
}

/** Writes a place as people count: `origin[2].threshold`. */
function nameOf(place: Place): string {
  return place
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
