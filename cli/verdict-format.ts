import type { Verdict } from '../client/node/index.ts';
import { formatTime } from '../common/statement.ts';
import type { Field } from './fields.ts';

/** Writes for people why a statement was accepted. */
export function verdictFields(verdict: Verdict): readonly Field[] {
  const { statement, signers, rule, firstContact, freshnessAsserted } = verdict;
  const { origin, version, issued, expires } = statement;
  return [
    ['origin', origin],
    ['version', String(version)],
    ['issued', formatTime(issued)],
    ['expires', expires === undefined ? '-' : formatTime(expires)],
    ['signed by', signers.join(', ')],
    ...(rule === undefined ? [] : [['rule', rule] as const]),
    ['rollback', firstContact ? 'not checked: first contact with this origin' : 'checked'],
    ['freshness', freshnessAsserted ? 'asserted' : 'not asserted: never expires'],
  ];
}

/** Turns a verdict into JSON. */
export function verdictJson(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { statement, signers, rule = null, firstContact, freshnessAsserted, relaxed } = verdict;
  const { origin, version, issued, expires } = statement;
  return {
    origin,
    version,
    issued: formatTime(issued),
    expires: expires === undefined ? null : formatTime(expires),
    signers,
    rule,
    firstContact,
    freshnessAsserted,
    audited: relaxed.map(({ code, message }) => ({ code, message })),
  };
}
