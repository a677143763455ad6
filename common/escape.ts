/** Control and format characters (bidirectional overrides among them), line separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Replaces what could steer or deceive a terminal: `\x1b`, `\u{202e}`.
 *
 * A backslash stays as it is, so that a message that holds an escaped name may be escaped again.
 * U+DC80 to U+DCFF, which no text holds, stand for bytes that are not UTF-8, and become `\x80` to
 * `\xff`.
 *
 * @see SPEC.md, "Security considerations"
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const unit = character.codePointAt(0) ?? 0;
    const code = unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : unit;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Escapes a name so that the result names it alone: control characters, and the backslash. */
export function escapeName(name: string): string {
  return escapeControls(name.replaceAll('\\', '\\\\'));
}

/** Escapes a path and puts it in quotation marks, for a message. */
export function quote(path: string): string {
  return `"${escapeName(path).replaceAll('"', '\\"')}"`;
}
