/** Where something stands in the data of a policy: `['origin', 1, 'threshold']`. */
export type Place = readonly (string | number)[];

const RULE = headerOf('origin');
const PIN = headerOf('origin', 'pin');
const ANY = /^\s*\[/;

/** Matches the line that starts an item of an array of tables. */
function headerOf(...names: readonly string[]): RegExp {
  const keys = names.map((name) => `\\s*(?:${name}|"${name}"|'${name}')\\s*`);
  return new RegExp(`^\\s*\\[\\[${keys.join('\\.')}\\]\\]\\s*(?:#.*)?$`);
}

/**
 * The lines of a policy, and what seems to stand on them.
 *
 * Tells nothing certain: a string of several lines can hold the same text.
 */
export class PolicyLines {
  readonly lines: readonly string[];
  /** Lines, from 0, on which rules start. */
  readonly ruleStarts: readonly number[];

  constructor(text: string) {
    this.lines = text.split('\n');
    this.ruleStarts = this.lines.flatMap((line, i) => (RULE.test(line) ? [i] : []));
  }

  /** The line, from 0, after the last one of a rule. */
  ruleEnd(index: number): number {
    return this.ruleStarts[index + 1] ?? this.lines.length;
  }

  /**
   * Finds the line, from 1, of something in the policy.
   *
   * @returns The line of the key, else that of the table it belongs to; `undefined` if neither is
   *   seen.
   */
  locate([first, index, key, item, itemKey]: Place): number | undefined {
    if (first !== 'origin') return this.#lineOf(0, first);
    const start = this.ruleStarts[typeof index === 'number' ? index : 0];
    if (start === undefined) return undefined;
    if (key !== 'pin' || typeof index !== 'number' || typeof item !== 'number') {
      return this.#lineOf(start + 1, key) ?? start + 1;
    }
    const pin = this.#pinStart(index, item);
    return pin === undefined ? start + 1 : (this.#lineOf(pin + 1, itemKey) ?? pin + 1);
  }

  #pinStart(rule: number, item: number): number | undefined {
    let left = item;
    for (let i = this.ruleStarts[rule] ?? 0; i < this.ruleEnd(rule); i += 1) {
      if (!PIN.test(this.lines[i] ?? '')) continue;
      if (left === 0) return i;
      left -= 1;
    }
    return undefined;
  }

  /** Finds the line, from 1, that gives a key of the table from `start` on its value. */
  #lineOf(start: number, key: string | number | undefined): number | undefined {
    for (let i = start; i < this.lines.length && !ANY.test(this.lines[i] ?? ''); i += 1) {
      const [found = '', rest] = (this.lines[i] ?? '').split('=', 2);
      if (rest !== undefined && found.trim().replace(/^(["'])(.*)\1$/, '$2') === key) return i + 1;
    }
    return undefined;
  }
}
