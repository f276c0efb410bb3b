import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { UsageError } from './command.ts';

/** Starts the daemon. @throws UsageError that says what to change, if the address cannot be listened on */
export async function listenOrExplain(config: Config, log: Logger): Promise<Daemon> {
  try {
    return await startDaemon(config, log);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const cure =
      code === 'EADDRINUSE' ? 'another process has the port; give --listen another' : 'change --listen';
    throw new UsageError(`cannot listen on ${config.listen}: ${message}; ${cure}`, { cause });
  }
}
