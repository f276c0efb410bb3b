/** A process that has no file descriptor left. */
import { OK } from './rules.ts';
import { S1, S2, type Scenario, scenario } from './scenario.ts';

const late = (name: string, about: string, options: Omit<Parameters<typeof scenario>[2], 'repeat'>) =>
  scenario(`nofile-late${name}`, `no file descriptor left after the first lookup${about}`, {
    server: OK,
    ...options,
    repeat: 2,
    noDescriptors: 'after-first',
  });

export const descriptors: readonly Scenario[] = [
  scenario('nofile', 'no file descriptor left', { server: OK, noDescriptors: 'at-all' }),
  scenario('nofile-literal', 'no file descriptor left, an address', {
    server: OK,
    name: '192.0.2.1',
    noDescriptors: 'at-all',
  }),
  late('', '', {}),
  late('-inet', ', AF_INET', { family: 'inet' }),
  late('-inet6', ', AF_INET6 flags 0', { family: 'inet6', flags: '0' }),
  late('-search', ', a search list', { conf: 'search s1.test\noptions ndots:5\n', name: 'x' }),
  late('-2ns', ', two servers', { servers: { [S1]: OK, [S2]: OK } }),
  late('-hosts', ', name in hosts', { hosts: '127.0.0.1 localhost\n10.0.0.1 host.test\n' }),
  late('-use-vc', ', use-vc', { conf: 'options use-vc\n' }),
];
