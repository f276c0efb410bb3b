import { attribute } from '../../golang/attribute.ts';
import { TRACE_PREFIX } from '../../golang/debug-lines.ts';
import { findLookupErrors, type LookupError } from '../../golang/lookup-errors.ts';
import { type AppRecord, addStartup, sightAgain } from '../../journal/app-record.ts';
import { findCLibraryErrors } from '../../libc/c-library-errors.ts';
import { findStartupFailure } from '../../libc/startup-failures.ts';
import { textsOf } from './unescape/texts-of.ts';

/** What became of a record. */
export interface Understood {
  /** It told something: of the trace, a failed lookup, a failed start. */
  told: boolean;
  /** The next record is wanted whatever it says: the rest of a torn trace line may be in it. */
  wantsNext: boolean;
}

/**
 * Understands one record of an application's log and keeps what it tells.
 *
 * @param at when it was written, ms since the epoch
 */
export function understand(app: AppRecord, record: string, at: number): Understood {
  let wantsNext = false;
  let told = false;
  // zap writes one error twice, as error and as errorVerbose: within a record the same text is the same error.
  const seen = new Set<string>();
  for (const text of textsOf(record)) {
    if (app.trace.read(text)) wantsNext = true;
    const errors = findLookupErrors(text);
    for (const error of errors) {
      if (seen.has(error.text)) continue;
      seen.add(error.text);
      app.trace.narrow(error.goVersion);
      keepError(app, error, at);
    }
    const other = keepOther(app, text, errors, seen, at);
    told ||= other || errors.length > 0 || text.includes(TRACE_PREFIX);
  }
  return { told, wantsNext };
}

function keepError(app: AppRecord, error: LookupError, at: number): void {
  const { name, server, reason, text } = error;
  if (error.certainty === 'certain' && error.resolver === 'cgo-glibc') app.libc = 'glibc';
  if (error.certainty === 'certain' && error.resolver === 'cgo-musl') app.libc = 'musl';
  const who = attribute(error, app.trace.summary(), app.trace.orderOf(name), app.libc);
  app.errors.add({ name, ...(server !== undefined && { server }), ...who, reason, text }, at);
}

/** Keeps what a text tells beside Go's own lookup errors. @returns whether it did */
function keepOther(
  app: AppRecord,
  text: string,
  errors: LookupError[],
  seen: Set<string>,
  at: number,
): boolean {
  const inLookup = (start: number) => errors.some((error) => error.start <= start && start < error.end);
  let told = false;
  for (const { start, end: _, ...error } of findCLibraryErrors(text)) {
    if (inLookup(start) || seen.has(error.text)) continue;
    seen.add(error.text);
    app.errors.add(error, at);
    told = true;
  }
  const startup = findStartupFailure(text);
  if (startup) addStartup(app, startup, at);
  const descriptors = text.indexOf('too many open files');
  const outside = descriptors >= 0 && !inLookup(descriptors);
  if (outside) app.descriptors = sightAgain(app.descriptors, text, at);
  const edns0Off = text.includes('netedns0=0');
  if (edns0Off) app.edns0Off = sightAgain(app.edns0Off, text, at);
  return told || startup !== undefined || outside || edns0Off;
}
