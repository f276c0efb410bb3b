import { RCODE, rcodeText, TYPES, typeText } from '../../dns/codes.ts';
import type { Family, Steps, Surroundings } from '../model.ts';
import type { AnswerSlots } from './answer-slots.ts';
import type { Eai, Failure } from './eai.ts';
import { exchange } from './exchange.ts';
import { MAX_ADDRESSES } from './hosts.ts';
import type { Address } from './literal.ts';
import { collectAddresses } from './parse-answer.ts';
import { type AddressQuery, type AskedType, addressQuery } from './question.ts';
import type { MuslResolvConf } from './resolv-conf.ts';
import type { MuslRules } from './rules.ts';

/** `no-such-name` lets the search go on. */
export type Asked = { addresses: Address[] } | Failure | 'no-such-name';

/** What asking needs beside the name. */
export interface Asking {
  family: Family;
  conf: MuslResolvConf;
  rules: MuslRules;
  surroundings: Surroundings;
}

/** Asks DNS for one name as it is written (lookup_name.c, name_from_dns). */
export function* askDns(name: string, asking: Asking): Steps<Asked> {
  const { conf, rules, surroundings } = asking;
  const { because } = surroundings;
  const queries = queriesFor(name, asking);
  if (!queries) {
    const ends = rules.unaskable === 'ends-the-search';
    because(
      `${name} cannot be asked for (an empty label, one over 63 bytes, or over 253 in all): ${ends ? 'the lookup ends' : 'passed over'}`,
    );
    return ends ? { eai: 'EAI_NONAME' } : 'no-such-name';
  }
  const exchanged = yield* exchange({ name, queries, conf, rules, surroundings });
  if (!exchanged.ok)
    return 'crash' in exchanged ? { signal: 'SIGFPE' } : { eai: 'EAI_SYSTEM', errno: exchanged.errno };
  const asked = judge(name, queries, exchanged.answers, asking);
  exchanged.answers.release();
  return asked;
}

/** Shorter ones, and none, are as good as no answer: name_from_dns. */
const SHORTEST_ANSWER = 4;
/** How much later the second id is taken from the clock, ns: two clock_gettime(2) and what lies between them. */
const BETWEEN_IDS = { least: 100, spread: 256 };

function queriesFor(name: string, { family, rules, surroundings }: Asking): AddressQuery[] | undefined {
  const types: AskedType[] = [];
  if (family !== 'inet6') types.push(TYPES.A);
  if (family !== 'inet') types.push(TYPES.AAAA);
  const first = surroundings.random16();
  const queries: AddressQuery[] = [];
  for (const [index, type] of types.entries()) {
    const query = addressQuery(name, type, index === 0 ? first : secondId(first, surroundings, rules), rules);
    if (!query) return undefined;
    queries.push(query);
  }
  return queries;
}

function secondId(first: number, { random16 }: Surroundings, rules: MuslRules): number {
  const id = (first + BETWEEN_IDS.least + (random16() % BETWEEN_IDS.spread)) & 0xffff;
  return rules.ids === 'distinct' && id >> 8 === first >> 8 ? (id + 0x100) & 0xffff : id;
}

function judge(name: string, queries: readonly AddressQuery[], answers: AnswerSlots, asking: Asking): Asked {
  const { rules, surroundings } = asking;
  if (rules.halves === 'any') {
    const addresses = collect(queries, answers, asking);
    if (addresses.length > 0) return { addresses };
    return verdict(name, 0, queries, answers, asking) ?? nothing(name, rules, surroundings);
  }
  for (const index of queries.keys()) {
    const failed = verdict(name, index, queries, answers, asking);
    if (failed) return failed;
  }
  const addresses = collect(queries, answers, asking);
  return addresses.length > 0 ? { addresses } : nothing(name, rules, surroundings);
}

/** What one answer decides alone; undefined for NOERROR. */
function verdict(
  name: string,
  index: number,
  queries: readonly AddressQuery[],
  answers: AnswerSlots,
  { conf, rules, surroundings: { because } }: Asking,
): Asked | undefined {
  const type = typeText(queries[index]?.type ?? 0);
  if (answers.length(index) < SHORTEST_ANSWER) {
    const other =
      queries.length > 1 && rules.halves === 'both' ? '; musl wants both A and AAAA answered' : '';
    because(
      `${missing(answers, index, type, conf.timeout)} of ${name}: EAI_AGAIN, no other name is tried${other}`,
    );
    return { eai: 'EAI_AGAIN' };
  }
  const rcode = answers.rcode(index);
  if (rcode === RCODE.NOERROR) return undefined;
  if (rcode !== RCODE.NXDOMAIN) return { eai: 'EAI_FAIL' };
  because(
    `${type} of ${name} is ${rcodeText(rcode)}: there is no such name, whatever another type or server says`,
  );
  return 'no-such-name';
}

function missing(answers: AnswerSlots, index: number, type: string, timeout: number): string {
  if (answers.state(index) === 'tcp') return `no answer over TCP to ${type}`;
  const refusal = answers.refusal(index);
  return refusal === undefined
    ? `no answer within ${timeout} s to ${type}`
    : `nothing but ${rcodeText(refusal)} within ${timeout} s to ${type}`;
}

function nothing(name: string, { nothing: eai }: MuslRules, { because }: Surroundings): { eai: Eai } {
  because(`${name} exists without an address: ${eai}, no other name is tried`);
  return { eai };
}

function collect(
  queries: readonly AddressQuery[],
  answers: AnswerSlots,
  { rules, surroundings }: Asking,
): Address[] {
  const found: Address[] = [];
  const order = [...queries.entries()];
  if (rules.first === 'AAAA') order.reverse();
  for (const [index, { type }] of order) {
    const span = { memory: answers.memory, start: answers.start(index), length: answers.length(index) };
    collectAddresses(span, type, rules, found);
  }
  if (found.length === MAX_ADDRESSES)
    surroundings.because(`${MAX_ADDRESSES} addresses: musl takes no more, ${rules.first} first`);
  return found;
}
