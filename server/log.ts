import { type Logger, pino } from 'pino';

/** Makes the server's log: one JSON object per event on stdout, or where `destination` writes. */
export function createLog(destination?: { write(line: string): void }): Logger {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}
