/**
 * Reads a SHA-256 fingerprint as openssl and browsers print it.
 *
 * @returns 64 lower-case hexadecimal digits; `undefined` if it is none.
 */
export function parseFingerprint(text: string): string | undefined {
  const hex = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){31}$/.test(text)
    ? text.replaceAll(':', '')
    : text;
  return /^[0-9a-fA-F]{64}$/.test(hex) ? hex.toLowerCase() : undefined;
}
