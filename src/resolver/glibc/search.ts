import { RCODE } from '../../dns/codes.ts';
import type { Steps } from '../model.ts';
import { type Context, type HostError, has } from './context.ts';
import { FirstBuffer } from './exchange.ts';
import { hostAlias } from './host-aliases.ts';
import { queryName } from './query.ts';
import type { Answers } from './send.ts';

/** Bytes of a name in text: MAXDNAME of arpa/nameser.h. */
const MAXDNAME = 1025;

/**
 * resolv/res_query.c, __res_context_search: the name as it is and under the search list, in the order that ndots says.
 *
 * @param bufferBytes of the first answer's buffer
 * @returns undefined where no candidate has records; the context's errno and hostError say why
 */
export function* searchName(
  context: Context,
  name: string,
  types: readonly number[],
  bufferBytes: number,
): Steps<Answers | undefined> {
  const { conf, around } = context;
  const dots = name.split('.').length - 1;
  const firstBuffer = new FirstBuffer(bufferBytes);
  context.errno = '';
  context.hostError = 'not-found';
  const alias = dots === 0 ? hostAlias(around.sources, name) : undefined;
  if (alias !== undefined) return yield* queryName(context, alias, types, firstBuffer);

  let asIsError: HostError | undefined;
  const asIsFirst = dots >= conf.ndots || name.endsWith('.');
  if (conf.search.length > 0 && !name.endsWith('.'))
    around.because(
      `${name} has ${dots === 1 ? '1 dot' : `${dots} dots`}, ndots:${conf.ndots}: ${asIsFirst ? 'as it is first' : 'under the search list first'}`,
    );
  if (asIsFirst) {
    const answers = yield* asIs(context, name, types, firstBuffer);
    if (answers || name.endsWith('.')) return answers;
    asIsError = context.hostError;
    if (conf.search.length > 0)
      around.because(`${name} as it is gave ${context.hostError}: the search list is tried all the same`);
  }
  const seen = new Set<'no-data' | 'servfail'>();
  let rootOnList = false;
  for (const suffix of conf.search) {
    const domain = suffix.replace(/^\./, '');
    rootOnList ||= domain === '';
    const answers = yield* under(context, name, domain, types, firstBuffer);
    if (answers) return answers;
    if (context.errno === 'ECONNREFUSED') {
      around.because('no server can be reached: the search ends');
      context.hostError = 'try-again';
      return undefined;
    }
    const goesOn = searchGoesOn(context.hostError, firstBuffer.rcode, seen);
    const then = goesOn ? 'the search goes on' : 'the rest of the search list is skipped';
    around.because(`${name}.${domain} gave ${context.hostError}: ${then}`);
    if (!goesOn) break;
  }
  const searched = conf.search.length > 0;
  if ((dots > 0 || !searched || !has(context, 'no-tld-query')) && !asIsFirst && !rootOnList) {
    const answers = yield* asIs(context, name, types, firstBuffer);
    if (answers) return answers;
  }
  if (asIsError !== undefined) context.hostError = asIsError;
  else if (seen.has('no-data')) context.hostError = 'no-data';
  else if (seen.has('servfail')) context.hostError = 'try-again';
  return undefined;
}

function searchGoesOn(error: HostError, firstRcode: number, seen: Set<'no-data' | 'servfail'>): boolean {
  if (error === 'no-data') seen.add('no-data');
  if (error === 'try-again' && firstRcode === RCODE.SERVFAIL) {
    seen.add('servfail');
    return true;
  }
  return error === 'no-data' || error === 'not-found';
}

function* asIs(
  context: Context,
  name: string,
  types: readonly number[],
  firstBuffer: FirstBuffer,
): Steps<Answers | undefined> {
  if (name !== '' && name.length < MAXDNAME) return yield* queryName(context, name, types, firstBuffer);
  context.hostError = 'no-recovery';
  return undefined;
}

function* under(
  context: Context,
  name: string,
  domain: string,
  types: readonly number[],
  firstBuffer: FirstBuffer,
): Steps<Answers | undefined> {
  if (name.length + domain.length + 1 < MAXDNAME)
    return yield* queryName(context, `${name}.${domain}`, types, firstBuffer);
  context.hostError = 'no-recovery';
  return undefined;
}
