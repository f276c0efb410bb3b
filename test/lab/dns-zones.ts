/** What the lab's DNS server answers, by name. */

import { RCODE, TYPES } from '../../src/dns/codes.ts';
import { nameBytes } from '../../src/dns/encode-reply.ts';
import type { Rule, ScriptedReply } from '../../src/dns/script.ts';

/** The records, the error code, or nothing at all, which the client sees as a timeout. */
type Answer = ScriptedReply | keyof typeof RCODE | 'silence';

/** What a zone does not have is NODATA: NOERROR without records. */
interface Zone extends Readonly<Partial<Record<'A' | 'AAAA' | 'PTR', Answer>>> {
  readonly delayMs?: number;
  /** Over UDP nothing but TC=1; the records come over TCP. */
  readonly truncated?: true;
}

const found: Zone = { A: { a: ['127.0.0.1'] }, AAAA: { aaaa: ['::1'] } };
const always = (answer: Answer): Zone => ({ A: answer, AAAA: answer, PTR: answer });

/** A zone answers for its own name and for every name under it. Other names are NXDOMAIN. */
const zones: ReadonlyMap<string, Zone> = new Map(
  Object.entries<Zone>({
    'ok.test': found,
    'v4only.test': { ...found, AAAA: {} },
    'slow.test': { ...found, delayMs: 300 },
    'truncated.test': { ...found, truncated: true },
    'aaaa-servfail.test': { ...found, AAAA: 'SERVFAIL' },
    'nodata.test': {},
    'servfail.test': always('SERVFAIL'),
    'refused.test': always('REFUSED'),
    'formerr.test': always('FORMERR'),
    'silence.test': always('silence'),
    '1.2.0.192.in-addr.arpa': { PTR: { records: [{ type: TYPES.PTR, data: nameBytes('ok.test') }] } },
    '2.2.0.192.in-addr.arpa': always('SERVFAIL'),
  }),
);

export const zoneRule: Rule = ({ name, type, proto }) => {
  const zone = zoneOf(name) ?? always('NXDOMAIN');
  const answer = type === 'A' || type === 'AAAA' || type === 'PTR' ? (zone[type] ?? {}) : {};
  if (answer === 'silence') return answer;
  const reply = typeof answer === 'string' ? { rcode: RCODE[answer] } : answer;
  const truncated = proto === 'udp' && zone.truncated === true;
  return { ...(truncated ? { tc: true } : reply), delayMs: zone.delayMs ?? 0 };
};

function zoneOf(name: string): Zone | undefined {
  const labels = name.toLowerCase().split('.');
  const suffixes = labels.map((_, i) => labels.slice(i).join('.'));
  return suffixes.map((suffix) => zones.get(suffix)).find((zone) => zone !== undefined);
}
