/** Control and format characters (bidirectional overrides among them), line separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Replaces what could steer or deceive a terminal: `\x1b`, `\u{202e}`.
 *
 * A backslash stays as it is, so that a message that holds an escaped name may be escaped again.
 *
 * @see SPEC.md, "Security considerations"
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
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
