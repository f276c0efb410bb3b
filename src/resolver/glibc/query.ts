import { RCODE, rcodeText, TYPES } from '../../dns/codes.ts';
import type { Query } from '../../dns/query.ts';
import { type Header, readHeader } from '../../dns/wire.ts';
import type { Steps } from '../model.ts';
import { type Context, type HostError, has } from './context.ts';
import type { FirstBuffer } from './exchange.ts';
import { labelsOf } from './host-name.ts';
import { type Answers, sendQueries } from './send.ts';

/** What `options edns0` says that may be sent back: RESOLV_EDNS_BUFFER_SIZE of resolv/resolv-internal.h. */
const EDNS_BYTES = 1200;

/**
 * resolv/res_query.c, __res_context_query: asks for one name as it is.
 *
 * @returns undefined where no answer has records; the context's hostError says why
 */
export function* queryName(
  context: Context,
  name: string,
  types: readonly number[],
  firstBuffer: FirstBuffer,
): Steps<Answers | undefined> {
  firstBuffer.clear();
  const labels = labelsOf(name);
  if (!labels) {
    context.errno = 'EMSGSIZE';
    context.hostError = 'no-recovery';
    context.around.because(`${name} is no name that can be asked for: nothing is sent`);
    return undefined;
  }
  // resolv/res-noaaaa.c: an A query in its place tells whether the name exists.
  const suppressed = has(context, 'no-aaaa') && types.includes(TYPES.AAAA);
  if (suppressed)
    context.around.because('no-aaaa: A is asked in place of AAAA, to see whether the name exists');
  const queries = types.map((type) => newQuery(context, labels, suppressed ? TYPES.A : type, suppressed));
  const answers = yield* sendQueries(context, queries, firstBuffer);
  if (!answers) {
    context.hostError = 'try-again';
    return undefined;
  }
  const headers = [answers.first, answers.second].flatMap(
    (message) => (message && readHeader(message)) ?? [],
  );
  const error = judge(headers, suppressed);
  if (!error) return answers;
  context.hostError = error;
  if (error === 'no-recovery') context.around.because(`${name} got ${repliesText(headers)}: ${FINAL}`);
  return undefined;
}

/** What ends a lookup although it is no answer: send_dg goes on to another server for three rcodes alone. */
const FINAL = 'to glibc that is an answer, no other server is asked';

/** `NXDOMAIN`, `no records and SERVFAIL`; an error reply that was passed over is not among them. */
function repliesText(headers: readonly Header[]): string {
  const texts = headers.map(({ rcode }) => (rcode === RCODE.NOERROR ? 'no records' : rcodeText(rcode)));
  return [...new Set(texts)].join(' and ') || 'no reply that counts';
}

function newQuery(context: Context, labels: readonly string[], type: number, suppressed: boolean): Query {
  return {
    id: context.around.random16(),
    labels,
    type,
    ...(has(context, 'trust-ad') && { authenticData: true }),
    ...(has(context, 'edns0') && !suppressed && { edns: EDNS_BYTES }),
  };
}

/** Success where one of the answers has records; else the error that both make together. */
function judge([one, other = one]: readonly Header[], suppressed: boolean): HostError | undefined {
  if (!one || !other) return 'no-recovery';
  const hasRecords = ({ rcode, answers }: Header) => rcode === RCODE.NOERROR && answers > 0 && !suppressed;
  if (hasRecords(one) || hasRecords(other)) return undefined;
  switch (one.rcode === RCODE.NOERROR ? other.rcode : one.rcode) {
    case RCODE.NXDOMAIN:
      return 'not-found';
    case RCODE.SERVFAIL:
      return 'try-again';
    case RCODE.NOERROR:
      return 'no-data';
    default:
      return 'no-recovery';
  }
}
