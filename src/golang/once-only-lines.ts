import type { Minor } from './versions.ts';

/** Which resolver the process is set to: always Go's, always libc's, or chosen for each lookup. */
export type Mode = 'go' | 'cgo' | 'dynamic';

/** A line that a process prints at most once, at its first lookup (net/conf.go, initConfVal). */
export interface OnceOnlyLine {
  text: string;
  /** First minor that prints it. netdns came with Go 1.5. */
  since: Minor;
  /** Last minor that prints it. */
  until?: Minor;
  /** Absent: the line comes before the one that tells the mode. */
  mode?: Mode;
  /** Whether the binary has cgo's resolver; absent: the line does not tell. */
  cgoCapable?: boolean;
  /** In words: what made Go print it. */
  reason: string;
}

/** Source: net/conf.go of each release, and measured on 1.15 to 1.27. conf.go is the same from 1.24 to 1.27. */
export const ONCE_ONLY_LINES: readonly OnceOnlyLine[] = [
  {
    text: "built with netgo build tag; using Go's DNS resolver",
    since: 5,
    until: 23,
    mode: 'go',
    cgoCapable: false,
    reason: 'built with the netgo tag, or (Go 1.20 and older) with CGO_ENABLED=0',
  },
  {
    text: "GODEBUG setting forcing use of Go's resolver",
    since: 5,
    until: 23,
    mode: 'go',
    reason: 'GODEBUG=netdns=go',
  },
  {
    text: "cgo resolver not supported; using Go's DNS resolver",
    since: 21,
    until: 23,
    mode: 'go',
    cgoCapable: false,
    reason: 'built with CGO_ENABLED=0',
  },
  {
    text: 'using cgo DNS resolver',
    since: 5,
    until: 23,
    mode: 'cgo',
    cgoCapable: true,
    reason:
      'GODEBUG=netdns=cgo, the netcgo tag, or LOCALDOMAIN, RES_OPTIONS or HOSTALIASES in the environment (Go 1.19 and older: also a resolv.conf that cannot be read)',
  },
  {
    text: 'dynamic selection of DNS resolver',
    since: 5,
    mode: 'dynamic',
    cgoCapable: true,
    reason: 'neither build tags nor GODEBUG force a resolver: Go chooses for each lookup',
  },
  {
    text: 'GODEBUG=netdns contains an invalid dns mode, ignoring it',
    since: 24,
    reason: 'the mode in GODEBUG=netdns is neither go nor cgo',
  },
  {
    text: 'ignoring GODEBUG=netdns=cgo as the binary was compiled without support for the cgo resolver',
    since: 24,
    mode: 'go',
    cgoCapable: false,
    reason: 'GODEBUG=netdns=cgo is ignored: built with CGO_ENABLED=0 or the netgo tag',
  },
  {
    text: 'using the Go DNS resolver',
    since: 24,
    mode: 'go',
    cgoCapable: false,
    reason: 'built with CGO_ENABLED=0 or the netgo tag',
  },
  {
    text: 'GODEBUG setting forcing use of the Go resolver',
    since: 24,
    mode: 'go',
    cgoCapable: true,
    reason: 'GODEBUG=netdns=go',
  },
  {
    text: 'using the cgo DNS resolver',
    since: 24,
    mode: 'cgo',
    cgoCapable: true,
    reason: 'built with the netcgo tag',
  },
  {
    text: 'GODEBUG setting forcing use of the cgo resolver',
    since: 24,
    mode: 'cgo',
    cgoCapable: true,
    reason: 'GODEBUG=netdns=cgo',
  },
];
