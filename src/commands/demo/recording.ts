/** One stretch of the recorded application's life. */
export interface Scene {
  /** What an operator would have seen happen. */
  title: string;
  /** What it wrote to stderr, line by line. */
  lines: readonly string[];
  /** Time between two lines, ms. */
  pace: number;
}

/**
 * Recorded from one program (Go 1.24.4, CGO_ENABLED=1, musl 1.2.5) under three settings of GODEBUG, verbatim; the
 * nameserver answered the A query of v4sf.test, and its AAAA query with SERVFAIL.
 */
export const RECORDING: readonly Scene[] = [
  {
    title: 'The application starts with GODEBUG=netdns=2',
    pace: 150,
    lines: [
      'go package net: confVal.netCgo = false  netGo = false',
      'go package net: dynamic selection of DNS resolver',
      'go package net: hostLookupOrder(ok.test) = files,dns',
      'go package net: hostLookupOrder(ok.test) = files,dns',
      'go package net: hostLookupOrder(ok.test) = files,dns',
    ],
  },
  {
    title: 'It is restarted with GODEBUG=netdns=cgo+2: now musl looks names up',
    pace: 300,
    lines: [
      'go package net: confVal.netCgo = true  netGo = false',
      'go package net: GODEBUG setting forcing use of the cgo resolver',
      'go package net: hostLookupOrder(ok.test) = cgo',
      'lookup v4sf.test: Try again',
      'lookup v4sf.test: Try again',
      'dial tcp: lookup timeout.test: Try again',
      'lookup v4sf.test: Try again',
    ],
  },
  {
    title: 'It is restarted with GODEBUG=netdns=go+2: Go’s resolver finds the name again',
    pace: 150,
    lines: [
      'go package net: confVal.netCgo = false  netGo = true',
      'go package net: GODEBUG setting forcing use of the Go resolver',
      'go package net: hostLookupOrder(ok.test) = files,dns',
      'go package net: hostLookupOrder(ok.test) = files,dns',
    ],
  },
];
