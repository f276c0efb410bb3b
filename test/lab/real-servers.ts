/**
 * Real DNS servers: BIND with a zone of its own, and unbound and dnsmasq that ask it. Says "listening" when all three
 * answer; ends, and they end, when its standard input does.
 *
 *     node real-servers.ts DIRECTORY
 */

import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT_ZONE, ZONE } from './real-zone.ts';

/** The only address that is an interface's own: BIND looks at those. */
const BIND = '127.0.0.1';
const UNBOUND = '127.0.0.2';
const DNSMASQ = '127.0.0.3';
const STARTS_WITHIN_MS = 10_000;

const [directory = ''] = process.argv.slice(2);

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const named = file(
  'named.conf',
  `
  options {
    directory "${directory}"; pid-file none; session-keyfile none; managed-keys-directory "${directory}";
    listen-on { ${BIND}; }; listen-on-v6 { none; };
    recursion no; dnssec-validation no; notify no; rrset-order { order none; }; check-names primary ignore;
  };
  controls { };
  zone "." { type primary; file "${file('root.zone', ROOT_ZONE)}"; };
  zone "test" { type primary; file "${file('test.zone', ZONE)}"; };
  # Never transferred, hence SERVFAIL.
  zone "broken.test" { type secondary; primaries { 127.0.0.99; }; };
  zone "refused.test" { type primary; file "${join(directory, 'test.zone')}"; allow-query { none; }; };
`,
);

const unbound = file(
  'unbound.conf',
  `
server:
  interface: ${UNBOUND}
  username: ""
  chroot: ""
  directory: "${directory}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  do-not-query-localhost: no
  module-config: "iterator"
  rrset-roundrobin: no
  local-zone: "test." nodefault
remote-control:
  control-enable: no
stub-zone:
  name: "."
  stub-addr: ${BIND}
  stub-prime: no
`,
);

/** From a copy: AppArmor profiles, which go by path, keep the installed ones from our files. */
function start(binary: string, args: readonly string[]): void {
  const copy = join(directory, binary);
  copyFileSync(`/usr/sbin/${binary}`, copy);
  const server = spawn('setpriv', ['--pdeathsig=KILL', copy, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  server.on('exit', (status) => {
    console.error(`${binary} ended with status ${status}: ${said.join('').slice(-2_000)}`);
    process.exit(1);
  });
}

async function answers(address: string): Promise<void> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      await resolver.resolve4('both.test');
      return;
    } catch (error) {
      if (performance.now() > until) throw new Error(`${address} does not answer`, { cause: error });
      await sleep(50);
    }
  }
}

start('named', ['-f', '-g', '-n', '1', '-c', named]);
await answers(BIND);
start('unbound', ['-d', '-p', '-c', unbound]);
start('dnsmasq', [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--user=', '--group=', '--pid-file'],
  ...[`--listen-address=${DNSMASQ}`, '--bind-interfaces', '--no-resolv', '--no-hosts', `--server=${BIND}`],
  ...['--cache-size=0', '--log-facility=-'],
]);
await Promise.all([UNBOUND, DNSMASQ].map(answers));
console.log('listening');
process.stdin.resume().on('end', () => process.exit());
