/**
 * Go's rules for choosing a resolver, in the order in which they are asked; in each table the first that holds counts.
 */
import type { Ground, Rule, Span } from './lookup-order-case.ts';
import { nsswitchGround } from './lookup-order-sources.ts';
import { netdnsSetting } from './netdns-setting.ts';
import { unknownWords } from './unknown-options.ts';

/** What leaves a lookup with Go's resolver alone. */
export const FORCES_GO: readonly Rule[] = [
  {
    source: 'net/conf.go: netGo, netGoBuildTag',
    ground: ({ tags }) =>
      tags.includes('netgo')
        ? ground('tag', 'netgo', 'built with the netgo tag: the binary has only Go’s resolver')
        : undefined,
  },
  {
    source: 'net/netgo.go, cgo_stub.go; since 1.21 conf.go: cgoAvailable',
    ground: ({ cgo }) =>
      cgo
        ? undefined
        : ground('build', 'CGO_ENABLED=0', 'built with CGO_ENABLED=0: the binary has only Go’s resolver'),
  },
  {
    source: 'net/conf.go, initConfVal: dnsMode',
    ground: ({ environment, go }) =>
      netdnsSetting(environment.GODEBUG ?? '', go).mode === 'go'
        ? ground('godebug', 'netdns=go', 'GODEBUG=netdns=go forces Go’s resolver')
        : undefined,
  },
  {
    since: 11,
    source: 'net/conf.go, hostLookupOrder: r.preferGo',
    ground: ({ preferGo }) =>
      preferGo
        ? ground('code', 'Resolver.PreferGo', 'the application’s net.Resolver has PreferGo: Go’s resolver')
        : undefined,
  },
];

/** What sends every lookup to libc where the binary can. */
export const FORCES_CGO: readonly Rule[] = [
  {
    source: 'net/conf_netcgo.go, netcgo_on.go',
    ground: ({ tags }) =>
      tags.includes('netcgo')
        ? ground('tag', 'netcgo', 'built with the netcgo tag: libc’s getaddrinfo')
        : undefined,
  },
  {
    source: 'net/conf.go, initConfVal: dnsMode',
    ground: ({ environment, go }) =>
      netdnsSetting(environment.GODEBUG ?? '', go).mode === 'cgo'
        ? ground('godebug', 'netdns=cgo', 'GODEBUG=netdns=cgo asks for libc’s getaddrinfo')
        : undefined,
  },
  {
    source: 'net/conf.go, initConfVal: localDomainDefined',
    ground: ({ environment: { LOCALDOMAIN } }) =>
      LOCALDOMAIN === undefined
        ? undefined
        : environment('LOCALDOMAIN', LOCALDOMAIN, 'is set, and counts even when it is empty'),
  },
  {
    source: 'net/conf.go, initConfVal',
    ground: ({ environment: { RES_OPTIONS } }) =>
      RES_OPTIONS ? environment('RES_OPTIONS', RES_OPTIONS, 'is set') : undefined,
  },
  {
    source: 'net/conf.go, initConfVal',
    ground: ({ environment: { HOSTALIASES } }) =>
      HOSTALIASES ? environment('HOSTALIASES', HOSTALIASES, 'is set') : undefined,
  },
];

const SPECIAL_NAME = {
  source: 'net/conf.go, hostLookupOrder: special form hostnames',
  ground: ({ name }) => {
    const [special] = /[\\%]/.exec(name) ?? [];
    return special === undefined
      ? undefined
      : ground('name', special, `the name holds ${special}: Go leaves such names to libc`);
  },
} as const satisfies Rule;

/** What makes Go leave one lookup to libc where both are free to be taken. */
export const LEFT_TO_LIBC: readonly Rule[] = [
  // Before 1.20 resolv.conf was read once and asked first; since then it is looked at for each lookup, after the name.
  { since: 20, ...SPECIAL_NAME },
  {
    source: 'net/conf.go: resolv.err is neither ErrNotExist nor ErrPermission',
    ground: ({ resolvConf }) =>
      // A directory can be opened; Go's readLine then ends without an error that anybody sees.
      resolvConf.state === 'failed' && resolvConf.errno !== 'EISDIR'
        ? ground(
            'resolv.conf',
            resolvConf.errno,
            `resolv.conf cannot be read (${resolvConf.errno}): Go leaves it to libc`,
          )
        : undefined,
  },
  {
    source: 'net/conf.go: unknownOpt; net/dnsconfig_unix.go',
    ground: ({ resolvConf, go }) => {
      const [first] = resolvConf.state === 'ok' ? unknownWords(resolvConf.text, go) : [];
      if (!first) return undefined;
      const { word, option, line, text, knownSince } = first;
      const what = `${option ? 'the option' : 'the keyword'} ${word}${knownSince ? ` (known since 1.${knownSince})` : ''}`;
      const because = `resolv.conf line ${line}: Go 1.${go} does not know ${what}, and leaves every lookup to libc`;
      return { decider: { by: 'resolv.conf', text, line }, because };
    },
  },
  { until: 19, ...SPECIAL_NAME },
  {
    until: 22,
    source:
      'net/conf.go, hostLookupOrder: RFC 6762; since 1.23 only with an mdns source (golang/go issue 63978)',
    ground: ({ name, go }) =>
      isLocal(name)
        ? ground(
            'name',
            '.local',
            `the name ends in .local: Go 1.${go} leaves such names to libc, for mDNS’s sake`,
          )
        : undefined,
  },
  { source: 'net/conf.go, hostLookupOrder; net/nss.go', ground: nsswitchGround },
];

/** Which rules count where Go's resolver is the only one, and what comes of those that ask for libc. */
export const RULES_WHERE_GO_IS_FORCED: readonly (Span & {
  heeds: 'nothing' | 'libc-rules' | 'sources';
  source: string;
  because?: string;
})[] = [
  {
    until: 6,
    heeds: 'nothing',
    source: 'Go 1.5, net/conf.go: if c.netGo',
    because: 'Go 1.5 and 1.6 then heed no nsswitch.conf: /etc/hosts first, then DNS',
  },
  {
    since: 7,
    until: 20,
    heeds: 'libc-rules',
    source: 'Go 1.7, net/conf.go: fallbackOrder',
    because:
      'libc is not to be had: Go 1.7 to 1.20 then take /etc/hosts first, then DNS, whatever nsswitch.conf says',
  },
  { since: 21, heeds: 'sources', source: 'Go 1.21, net/conf.go, lookupOrder: canUseCgo' },
];

function ground(by: Ground['decider']['by'], text: string, because: string): Ground {
  return { decider: { by, text }, because };
}

function environment(variable: string, value: string, why: string): Ground {
  return ground('environment', `${variable}=${value}`, `${variable} ${why}: Go leaves every lookup to libc`);
}

/** Case counts for nothing, and one trailing dot is none of the name's (net/conf.go). */
function isLocal(name: string): boolean {
  return /\.local\.?$/i.test(name);
}
