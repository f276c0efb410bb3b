/** Types the models and probes ask for or look at. IANA "Resource Record (RR) TYPEs". */
export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
} as const;

/** IANA "DNS CLASSes". */
export const CLASS_IN = 1;

/** IANA "Service Name and Transport Protocol Port Number Registry": domain. */
export const DNS_PORT = 53;

/** Bits of the header's second word: RFC 1035 section 4.1.1; AD and CD: RFC 4035 section 3.2. */
export const FLAGS = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  AD: 0x0020,
  CD: 0x0010,
} as const;

/** IANA "DNS RCODEs"; those above 15 need OPT. */
export const RCODES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
  'DSOTYPENI',
];
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** `NXDOMAIN`, `BADVERS`, or `RCODE12` (RFC 3597's way of writing what has no name). */
export function rcodeText(rcode: number): string {
  return RCODES[rcode] ?? (rcode === 16 ? 'BADVERS' : `RCODE${rcode}`);
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPES).map(([name, code]) => [code, name]),
);

/** `AAAA`, or `TYPE65` for one without a name here (RFC 3597 section 5). */
export function typeText(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`;
}
