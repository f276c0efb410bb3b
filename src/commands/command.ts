import { type ParseArgsConfig, parseArgs } from 'node:util';
import { printable } from '../serve/terminal.ts';

/** A bad call of a command: one line on stderr says what and how to mend it, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'BAD_USAGE';
}

/** One command of the command line. */
export interface Command {
  /** The whole of --help; ends with two examples that work as printed. */
  help: string;
  /** @returns the exit status */
  run(args: string[]): Promise<number>;
}

/** An error's text for a terminal: what was typed is part of it, and may have come from anywhere. */
export function errorLines({ message }: Error): string {
  return message.split('\n').map(printable).join('\n');
}

/** node:util's parseArgs, with errors that say which command to ask for help. */
export function parseOptions<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    const message = (cause as Error).message.split(/\.\s/)[0] ?? '';
    throw new UsageError(`${message}; see netdns-sidecar ${command} --help`, { cause });
  }
}

/** The width of the terminal, or a readable one where there is none. */
export function columns(): number {
  return process.stdout.columns ?? 110;
}

/**
 * Writes to stdout and waits until it is taken: a slow reader must not fill the memory, and one that left is noticed.
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => setImmediate(resolve)));
}
