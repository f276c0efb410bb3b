import { type Change, rulesAt, type Version } from '../version.ts';

/** What differs between releases of Go, as the model of one of them needs it. */
export interface GoRules {
  /** The empty name given to LookupIP. */
  emptyName: 'nil-address' | 'not-found';
  /** `.` is a name that may be asked. */
  asksRoot: boolean;
  /** Octets such as 010 in IPv4 addresses are decimal, or make them none. */
  leadingZeros: boolean;
  /** fe80::1% with nothing behind the percent sign. */
  emptyZone: boolean;
  /** Groups of IPv6 addresses may have more than four digits, 00001. */
  longGroups: boolean;
  /** LookupIP for one family: both types are asked and the other's addresses left out, or its type alone. */
  oneFamily: 'asks-both' | 'asks-its-type';
  /** `hosts: files` and no line of the name: no address and no error, or `no such host`. */
  onlyFiles: 'nothing' | 'not-found';
  /** The canonical name of a line of hosts is made a name of DNS, whether it is wanted or not. */
  canonicalOfHosts: boolean;
  /** A hosts file that went away. */
  hostsGone: 'kept' | 'forgotten';
  /** nsswitch.conf, and what of resolv.conf counts for the order: read once, or looked at again after 5 s. */
  order: 'read-once' | 'looked-at-again';
  /** While there is no nameserver in resolv.conf: looked at again after 5 s, or at each lookup. */
  defaultServers: 'for-five-seconds' | 'looked-at-again';
  /** `search .`: makes names with an empty label, or is dropped. */
  searchRoot: 'kept' | 'dropped';
  /** .onion: no query for such a name with any suffix, or the suffixed names count alone. */
  onion: 'never' | 'by-candidate';
  /** A name of 254 bytes with its last dot. */
  longestRooted: 'not-asked' | 'asked';
  /** An OPT record of 1232 bytes goes with queries. */
  edns: boolean;
  /** GODEBUG=netedns0=0 leaves it out. */
  ednsSwitch: boolean;
  /** Bytes read of a datagram. */
  udpBytes: number;
  /** Labels with a dot in them, as bytes of the wire. */
  dotsInLabels: 'read' | 'unreadable';
  /** Bytes of a name written with dots. */
  longestName: number;
  /** The rcode's upper bits in OPT. */
  extendedRcode: boolean;
  /** No answer, no AA, no RA, NOERROR, but a record in the additional section. */
  lameWithAdditional: boolean;
  /** TC over TCP too. */
  truncatedTcp: 'no-answer' | 'used';
  /** A CNAME behind the first address that cannot be read ends the reading. */
  readsCnames: boolean;
  /** What is said of an answer whose records cannot be read. */
  unreadable: 'cannot marshal DNS message' | 'cannot unmarshal DNS message';
}

/** Go 1.15. */
const OLDEST: GoRules = {
  emptyName: 'nil-address',
  asksRoot: false,
  leadingZeros: true,
  emptyZone: true,
  longGroups: true,
  oneFamily: 'asks-both',
  onlyFiles: 'nothing',
  canonicalOfHosts: false,
  hostsGone: 'kept',
  order: 'read-once',
  defaultServers: 'for-five-seconds',
  searchRoot: 'kept',
  onion: 'never',
  longestRooted: 'not-asked',
  edns: false,
  ednsSwitch: false,
  udpBytes: 512,
  dotsInLabels: 'read',
  longestName: 255,
  extendedRcode: false,
  lameWithAdditional: true,
  truncatedTcp: 'no-answer',
  readsCnames: false,
  unreadable: 'cannot marshal DNS message',
};

const CHANGES: readonly Change<GoRules>[] = [
  { since: [1, 17], rules: { asksRoot: true }, source: 'net/dnsclient.go, isDomainName; issue 45715' },
  { since: [1, 17], rules: { leadingZeros: false }, source: 'net/ip.go, parseIPv4; issue 30999' },
  {
    since: [1, 17],
    rules: { oneFamily: 'asks-its-type' },
    source: 'net/dnsclient_unix.go, goLookupIPCNAMEOrder: qtypes',
  },
  { since: [1, 18], rules: { udpBytes: 1232 }, source: 'net/dnsclient_unix.go, maxDNSPacketSize' },
  { since: [1, 19], rules: { edns: true }, source: 'net/dnsclient_unix.go, newRequest; issue 6464' },
  { since: [1, 20], rules: { order: 'looked-at-again' }, source: 'net/nss.go; issue 56515' },
  {
    since: [1, 20],
    rules: { searchRoot: 'dropped' },
    source: 'net/dnsconfig_unix.go, dnsReadConfig; issue 54124',
  },
  {
    since: [1, 20],
    rules: { canonicalOfHosts: true },
    source: 'net/dnsclient_unix.go, goLookupIPCNAMEOrder: dnsmessage.NewName(canonical)',
  },
  { since: [1, 20], rules: { emptyZone: false }, source: 'net/netip, ParseAddr' },
  { since: [1, 20], rules: { readsCnames: true }, source: 'net/dnsclient_unix.go: dnsmessage.TypeCNAME' },
  { since: [1, 20], rules: { dotsInLabels: 'unreadable' }, source: 'dnsmessage, Name.unpack; issue 56246' },
  {
    since: [1, 21],
    rules: { emptyName: 'not-found' },
    source: 'net/lookup.go, LookupIP',
  },
  {
    since: [1, 21],
    rules: { onlyFiles: 'not-found' },
    source: 'net/dnsclient_unix.go: hostLookupFiles; issue 56747',
  },
  { since: [1, 21], rules: { hostsGone: 'forgotten' }, source: 'net/hosts.go, readHosts' },
  { since: [1, 21], rules: { longestRooted: 'asked' }, source: 'net/dnsclient_unix.go, nameList' },
  { since: [1, 21], rules: { ednsSwitch: true }, source: 'net/dnsclient_unix.go, netedns0' },
  { since: [1, 21], rules: { longestName: 254 }, source: 'dnsmessage, nonEncodedNameMax' },
  { since: [1, 22], rules: { onion: 'by-candidate' }, source: 'net/dnsclient_unix.go, nameList: avoidDNS' },
  { since: [1, 22], rules: { extendedRcode: true }, source: 'net/dnsclient_unix.go, extractExtendedRCode' },
  {
    since: [1, 22],
    rules: { unreadable: 'cannot unmarshal DNS message' },
    source: 'net/dnsclient_unix.go, errCannotUnmarshalDNSMessage',
  },
  { since: [1, 23], rules: { longGroups: false }, source: 'net/netip, parseIPv6' },
  { since: [1, 23], rules: { lameWithAdditional: false }, source: 'net/dnsclient_unix.go; issue 67925' },
  { since: [1, 23], rules: { truncatedTcp: 'used' }, source: 'net/dnsclient_unix.go; issue 64896' },
  {
    since: [1, 27],
    rules: { defaultServers: 'looked-at-again' },
    source: 'net/dnsclient_unix.go, tryUpdate: isDefaultNS',
  },
];

/** The rules of one release; one newer than all known ones has those of the newest. */
export function rulesOf(version: Version): GoRules {
  return rulesAt(version, OLDEST, CHANGES);
}
