import { destination, type Logger, pino } from 'pino';

/** Messages kept while stdout takes none; what comes on top is dropped, so that a full pipe stops nothing. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** The daemon's own log: JSON lines on stdout. Never blocks. */
export function createLogger(level: string): Logger {
  return pino(
    { level, base: {}, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ dest: 1, sync: false, maxLength: MAX_BUFFERED_BYTES }),
  );
}
