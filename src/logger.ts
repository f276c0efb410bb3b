import { destination, type Logger, pino } from 'pino';

/** Messages kept while stdout takes none; what comes on top is dropped, so that a full pipe stops nothing. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** The daemon's own log: JSON lines on stdout. Never blocks. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: {},
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      hooks: { streamWrite: escaped },
    },
    destination({ dest: 1, sync: false, maxLength: MAX_BUFFERED_BYTES }),
  );
}

/** What JSON lets through and a terminal does not take for text: names out of a hostile log are read with `kubectl logs`. */
function escaped(line: string): string {
  return line.replace(/[\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
