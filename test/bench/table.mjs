/**
 * Writes rows as a Markdown table, and below it what was left out.
 *
 * @param rows - With a `name` each and either `ratio` or `value`, and what is wanted of it, `least`
 *   or `most`; or with `leftOut`, the name of what is missing, and `why`.
 */
export function table(rows) {
  const lines = ['| what | measured | wanted |', '|---|---|---|'];
  for (const { name, ratio, value, least, most } of rows.filter((row) => row.name)) {
    const measured = ratio === undefined ? formatValue(value) : formatRatio(ratio);
    const wanted =
      least === undefined ? (most === undefined ? '' : `at most ${most}`) : `at least ${least}`;
    lines.push(`| ${name} | ${measured} | ${wanted} |`);
  }
  const leftOut = rows.filter((row) => row.leftOut);
  if (leftOut.length > 0) {
    const names = new Set(leftOut.map((row) => `${row.leftOut} (${row.why})`));
    lines.push('', `Left out: ${[...names].join(', ')}.`);
  }
  return `${lines.join('\n')}\n`;
}

function formatRatio(ratio) {
  return ratio.toFixed(ratio < 10 ? 2 : 1);
}

function formatValue(value) {
  return value.toFixed(value < 2 ? 4 : value < 10 ? 1 : 0);
}
