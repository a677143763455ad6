import { toHex } from '../../common/bytes.ts';
import type { DigestList } from '../../common/digest-list.ts';
import { PolicyError } from '../../common/errors.ts';
import type { KeyData, PinData, RuleData } from './check-shape.ts';
import { PolicyLines } from './locate.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Rule, TrustPolicy } from './policy.ts';

/**
 * Adds a rule at the end of a policy; what stands there, comments included, stays as it is.
 *
 * @param file - What the policy is called in messages.
 * @returns The new text.
 * @throws {PolicyError} `ERR_POLICY` if either is no policy, or there is a rule of that pattern.
 */
export function addRule(text: string, rule: RuleData, file: string): string {
  const before = parsePolicy(text, file);
  const known = before.rules.find(({ match }) => match === rule.match);
  if (known !== undefined) throw taken(known, file);
  const lines = formatRule(rule);
  const [added] = parsePolicy(lines, 'the new rule').rules;
  const after = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${text === '' ? '' : '\n'}${lines}`;
  const rules = [...before.rules, ...(added === undefined ? [] : [added])];
  return checkEdited(after, { ...before, rules });
}

/**
 * Pins the files of a digest list in a rule; one that is pinned so already is left out.
 *
 * @returns The new text, and how many pins are new.
 * @throws {PolicyError} `ERR_POLICY` if the text is no policy, has no such rule, or pins one of the
 *   files to something else.
 */
export function addPins(
  text: string,
  match: string,
  digests: DigestList,
  file: string,
): { readonly text: string; readonly added: number } {
  const before = parsePolicy(text, file);
  const index = before.rules.findIndex((rule) => rule.match === match);
  const rule = before.rules[index];
  if (rule === undefined) throw new PolicyError('ERR_POLICY', `${file}: no rule "${match}"`);
  const pins = new Map(rule.pins);
  const added: string[] = [];
  for (const [path, fsverityDigest] of digests) {
    const known = pins.get(path);
    if (known === undefined) added.push(formatPin(pinData(path, fsverityDigest)));
    else if (
      !('fsverityDigest' in known) ||
      toHex(known.fsverityDigest) !== toHex(fsverityDigest)
    ) {
      const what = `rule "${match}" pins ${JSON.stringify(path)} to another digest`;
      throw new PolicyError('ERR_POLICY', `${file}: ${what}; remove that pin first`);
    }
    pins.set(path, { fsverityDigest });
  }
  const rules = before.rules.with(index, { ...rule, pins });
  const after = insertIntoRule(text, index, added);
  return { text: checkEdited(after, { ...before, rules }), added: added.length };
}

/** Writes a rule as it stands in a policy. */
function formatRule(rule: RuleData): string {
  const lines = [`match = ${quoted(rule.match)}`];
  const { keys = [], audit = [] } = rule;
  if (keys.length > 0) lines.push('keys = [', ...keys.map((key) => `  ${formatKey(key)},`), ']');
  if (rule.threshold !== undefined) lines.push(`threshold = ${rule.threshold}`);
  if (rule.max_age !== undefined) lines.push(`max_age = ${quoted(rule.max_age)}`);
  if (rule.min_version !== undefined) lines.push(`min_version = ${rule.min_version}`);
  if (rule.series !== undefined) lines.push(`series = ${rule.series}`);
  if (audit.length > 0) lines.push(`audit = [${audit.map(quoted).join(', ')}]`);
  lines.push(...(rule.pin ?? []).map(formatPin));
  return `[[origin]]\n${lines.join('\n')}\n`;
}

function formatKey(key: KeyData): string {
  if (typeof key === 'string') return quoted(key);
  const fields = Object.entries(key).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${quoted(value)}`],
  );
  return `{ ${fields.join(', ')} }`;
}

function pinData(path: string, digest: Uint8Array): PinData {
  return { path, fsverity: `sha256:${toHex(digest)}` };
}

function formatPin({ path, object, fsverity }: PinData): string {
  const fields = Object.entries({ path, object, fsverity }).flatMap(([name, value]) =>
    value === undefined ? [] : [`\n${name} = ${quoted(value)}`],
  );
  return `\n[[origin.pin]]${fields.join('')}`;
}

/** Writes a string of TOML; JSON's are the same but for DEL, which stands there as it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}

/** Inserts lines after the last one of a rule that says something: comments below lead the next. */
function insertIntoRule(text: string, index: number, added: readonly string[]): string {
  const policy = new PolicyLines(text);
  const { lines } = policy;
  let end = policy.ruleEnd(index);
  while (end > 0 && /^\s*(?:#.*)?$/.test(lines[end - 1] ?? '')) end -= 1;
  const rest = lines.slice(end);
  return [...lines.slice(0, end), ...added, ...(rest.length > 0 ? rest : [''])].join('\n');
}

function taken({ match, line }: Rule, file: string): PolicyError {
  const where = line === undefined ? file : `${file}:${line}`;
  return new PolicyError('ERR_POLICY', `${where}: there is a rule "${match}"; edit it there`);
}

/**
 * Checks that an edited text means what it is to mean: text is edited by lines, and a policy may be
 * written in ways that lines do not show.
 */
function checkEdited(text: string, want: TrustPolicy): string {
  try {
    if (meaningOf(parsePolicy(text, want.file)) === meaningOf(want)) return text;
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
  }
  const what = 'is written in a way that only people can edit: want [[origin]] tables';
  throw new PolicyError('ERR_POLICY', `${want.file}: ${what}`);
}

/** Writes what a policy says, wherever it says it. */
function meaningOf(policy: TrustPolicy): string {
  return JSON.stringify(policy, (key, value: unknown) => {
    if (key === 'line') return undefined;
    if (value instanceof Uint8Array) return toHex(value);
    return value instanceof Map || value instanceof Set ? [...value] : value;
  });
}
