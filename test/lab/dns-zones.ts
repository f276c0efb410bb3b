/** What the lab's DNS server answers, by name. */

import {
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';

/** RFC 1035 section 4.1.1 */
const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** The data of the records, the error code, or nothing at all, which the client sees as a timeout. */
type Answer = readonly string[] | keyof typeof rcodes | 'SILENCE';

type RecordType = 'A' | 'AAAA' | 'PTR';

/** What a zone does not have is NODATA: NOERROR without records. */
interface Zone extends Readonly<Partial<Record<RecordType, Answer>>> {
  readonly delayMs?: number;
  /** Over UDP nothing but TC=1; the records come over TCP. */
  readonly truncated?: true;
}

const found: Zone = { A: ['127.0.0.1'], AAAA: ['::1'] };
const always = (answer: Answer): Zone => ({ A: answer, AAAA: answer, PTR: answer });

/** A zone answers for its own name and for every name under it. Other names are NXDOMAIN. */
const zones: ReadonlyMap<string, Zone> = new Map(
  Object.entries<Zone>({
    'ok.test': found,
    'v4only.test': { ...found, AAAA: [] },
    'slow.test': { ...found, delayMs: 300 },
    'truncated.test': { ...found, truncated: true },
    'aaaa-servfail.test': { ...found, AAAA: 'SERVFAIL' },
    'nodata.test': {},
    'servfail.test': always('SERVFAIL'),
    'refused.test': always('REFUSED'),
    'formerr.test': always('FORMERR'),
    'silence.test': always('SILENCE'),
    '1.2.0.192.in-addr.arpa': { PTR: ['ok.test'] },
    '2.2.0.192.in-addr.arpa': always('SERVFAIL'),
  }),
);

export interface Reply {
  readonly message: Buffer;
  readonly delayMs: number;
}

/** The reply to a query, or undefined where the server is to say nothing. */
export function replyTo(query: Uint8Array, transport: 'udp' | 'tcp'): Reply | undefined {
  const { id = 0, flags = 0, questions = [] } = decode(query);
  const question = questions[0];
  if (question === undefined) return undefined;

  const zone = zoneOf(question.name) ?? always('NXDOMAIN');
  const answer = isRecordType(question.type) ? (zone[question.type] ?? []) : [];
  if (answer === 'SILENCE') return undefined;

  const [rcode, records] = typeof answer === 'string' ? [rcodes[answer], []] : [rcodes.NOERROR, answer];
  const truncated = transport === 'udp' && zone.truncated === true;
  const packet: Packet = {
    type: 'response',
    id,
    flags: (flags & RECURSION_DESIRED) | RECURSION_AVAILABLE | (truncated ? TRUNCATED_RESPONSE : 0) | rcode,
    questions: [question],
    answers: (truncated ? [] : records).map((data) => ({ ...question, ttl: 30, data })),
  };
  return { message: encode(packet), delayMs: zone.delayMs ?? 0 };
}

function isRecordType(type: string): type is RecordType {
  return type === 'A' || type === 'AAAA' || type === 'PTR';
}

function zoneOf(name: string): Zone | undefined {
  const labels = name.toLowerCase().split('.');
  const suffixes = labels.map((_, i) => labels.slice(i).join('.'));
  return suffixes.map((suffix) => zones.get(suffix)).find((zone) => zone !== undefined);
}
