/** What Go makes of the `hosts` line of nsswitch.conf. Source: net/conf.go, hostLookupOrder, from the sources on. */
import type { ConfigFile } from './config-file.ts';
import { ORDERS, type Order } from './debug-lines.ts';
import { ADDR_LOOKUP_ORDER_SINCE, type Case, type Ground, inSpan, type Span } from './lookup-order-case.ts';
import { lowerAscii, type NssDatabase, type NssSource, parseNsswitch, standardCriteria } from './nsswitch.ts';
import type { Minor } from './versions.ts';

/** Since this release Go reads /etc/hosts first where nsswitch.conf has no say. */
export const NSSWITCH_DEFAULT_SINCE: Minor = 16;

/** What Go takes without a `hosts` line. glibc's own default was meant until 1.15 (golang/go issue 35305). */
const WITHOUT_SOURCES: readonly (Span & { order: Order })[] = [
  { until: NSSWITCH_DEFAULT_SINCE - 1, order: 'dns,files' },
  { since: NSSWITCH_DEFAULT_SINCE, order: 'files,dns' },
];

/**
 * Until 1.19 a directory in the place of nsswitch.conf is an error; since then it reads as an empty file (readLine).
 */
const DIRECTORY_IS_EMPTY_SINCE: Minor = 20;

/** A source that Go leaves to libc for some names. */
interface SourceRule extends Span {
  /** Why this source is libc's matter for this name; absent: it is passed over. */
  why(known: Case, name: string): string | undefined;
  matches(source: string): boolean;
}

/** The first row that matches a source in a release speaks for it; a source without a row is always libc's matter. */
const SOURCE_RULES: readonly SourceRule[] = [
  {
    until: 7,
    matches: (source) => source === 'myhostname',
    why: (known) => (known.name.includes('.') ? undefined : 'it may know any name without a dot'),
  },
  {
    since: 8,
    matches: (source) => source === 'myhostname',
    why: ({ go, hostname, name: asked }, name) => {
      if (asked === '' && go >= ADDR_LOOKUP_ORDER_SINCE) return 'Go does not know it for addresses';
      return isOwnName(name, go, hostname) ? 'it knows this name' : undefined;
    },
  },
  {
    matches: (source) => source.startsWith('mdns'),
    why: ({ go, mdnsAllow, name: asked }, name) => {
      if (asked === '' && go >= ADDR_LOOKUP_ORDER_SINCE) return 'Go does not know it for addresses';
      if (name.endsWith('.local')) return 'names in .local are multicast DNS’s';
      return mdnsAllow ? '/etc/mdns.allow is there and may list any name' : undefined;
    },
  },
];

/** Names that nss-myhostname answers beside the machine's own, as each release has them. */
const OWN_NAMES: readonly (Span & { names: readonly string[] })[] = [
  { names: ['localhost', 'localhost.localdomain'] },
  { until: 19, names: ['gateway'] },
  { since: 20, names: ['_gateway', '_outbound'] },
];

function isOwnName(name: string, go: Minor, hostname: string): boolean {
  const names = OWN_NAMES.filter((row) => inSpan(row, go)).flatMap((row) => row.names);
  if (names.includes(name) || name === lowerAscii(hostname)) return true;
  return name.endsWith('.localhost') || name.endsWith('.localhost.localdomain');
}

/** Why nsswitch.conf makes Go leave a lookup to libc, if it does. */
export function nsswitchGround(known: Case): Ground | undefined {
  const read = hostsOf(known);
  if ('unusable' in read) return read.unusable;
  const name = lowerAscii(known.name.replace(/\.$/, ''));
  for (const source of read.sources) {
    const why = leftToLibc(source, known, name);
    if (why !== undefined) return sourceGround(source, `${why}: Go leaves the lookup to libc`);
  }
  const [first] = read.sources;
  if (!first || read.sources.some(isGos)) return undefined;
  return sourceGround(first, 'neither files nor dns is there: Go leaves the lookup to libc');
}

function leftToLibc(source: NssSource, known: Case, name: string): string | undefined {
  if (isGos(source)) return standardCriteria(source) ? undefined : 'its criteria are not the standard ones';
  const rule = SOURCE_RULES.find((row) => inSpan(row, known.go) && row.matches(source.source));
  if (rule) return rule.why(known, name);
  return source.source.includes('\t')
    ? 'to Go a tab does not separate sources, so it does not know this one'
    : 'Go does not know it';
}

const isGos = ({ source }: NssSource) => source === 'files' || source === 'dns';

/**
 * The order in which Go's own resolver asks. A source that it does not know is passed over (mdns or myhostname, for a
 * name that is not theirs), unless it may stand for DNS.
 *
 * @param standIn where libc is not to be had and Go heeds the sources all the same (1.21): what it does not know
 *   stands for DNS if `dns` itself is not there
 */
export function sourceOrder(known: Case, standIn: boolean): { order: Order; ground: Ground } {
  const read = hostsOf(known);
  if ('unusable' in read) return { order: 'files,dns', ground: read.unusable };
  const [first] = read.sources;
  if (!first) return withoutSources(known);
  const stands = standIn && !read.sources.some(({ source }) => source === 'dns');
  const asked = read.sources.flatMap((each) => (isGos(each) ? each.source : stands ? ['dns'] : []));
  const order = (['files', 'dns'] as const).filter((source) => asked.includes(source));
  if (asked[0] === 'dns') order.reverse();
  const said = order.length === 2 ? `${order[0]} before ${order[1]}` : `${order[0]} alone`;
  const why = stands && order.includes('dns') ? ', a source that Go does not know standing for dns' : '';
  return {
    order: ORDERS.find((each) => each === order.join()) ?? 'files,dns',
    ground: lineGround(first, `nsswitch.conf line ${first.line}: ${said}${why}`),
  };
}

function withoutSources({ go, nsswitch }: Case): { order: Order; ground: Ground } {
  const order = WITHOUT_SOURCES.find((row) => inSpan(row, go))?.order ?? 'files,dns';
  const text = nsswitch.state === 'absent' ? 'absent' : 'no hosts line';
  const what = text === 'absent' ? 'there is no nsswitch.conf' : 'nsswitch.conf has no hosts line';
  return {
    order,
    ground: { decider: { by: 'nsswitch.conf', text }, because: `${what}: Go 1.${go} takes ${order}` },
  };
}

/** The `hosts` sources, or why there are none to go by. */
function hostsOf({ nsswitch, go }: Case): NssDatabase | { unusable: Ground } {
  const file = asRead(nsswitch, go);
  if (file.state === 'absent') return { sources: [] };
  if (file.state !== 'ok') {
    const text = file.state === 'denied' ? 'EACCES' : file.errno;
    const because = `nsswitch.conf cannot be read (${text}): Go does not know the order of sources`;
    return { unusable: { decider: { by: 'nsswitch.conf', text }, because } };
  }
  const database = parseNsswitch(file.text);
  const { broken } = database;
  if (!broken) return database;
  const because = `nsswitch.conf line ${broken.line} is broken (${broken.reason}): Go trusts nothing of the file`;
  return { unusable: lineGround(broken, because) };
}

function asRead(file: ConfigFile, go: Minor): ConfigFile {
  const directory = file.state === 'failed' && file.errno === 'EISDIR';
  return directory && go >= DIRECTORY_IS_EMPTY_SINCE ? { state: 'ok', text: '' } : file;
}

function sourceGround(source: NssSource, why: string): Ground {
  return lineGround(
    source,
    `nsswitch.conf line ${source.line}, source ${JSON.stringify(source.source)}: ${why}`,
  );
}

function lineGround({ line, text }: { line: number; text: string }, because: string): Ground {
  return { decider: { by: 'nsswitch.conf', text, line }, because };
}
