/** The conntrack race: of two packets sent at once from one new socket, one is lost; and firewalls like it. */
import type { Rule } from '../../src/dns/script.ts';
import { late, OK } from './rules.ts';
import { type Behaviour, type Scenario, scenario } from './scenario.ts';

/** The first packet of a type is lost, later ones pass. */
const firstLost = (lost: string): Rule => {
  return ({ proto, type, nth }) => (proto === 'udp' && type === lost && nth === 1 ? 'silence' : OK);
};

/** Loses AAAA whenever it leaves the A query's port before the answer to A (30 ms) can be back. */
const pairLost: Behaviour = {
  perRun() {
    const askedA = new Map<number, number>();
    return ({ proto, type, client, at }) => {
      if (proto === 'tcp') return OK;
      if (type === 'AAAA' && at - (askedA.get(client.port) ?? Number.NEGATIVE_INFINITY) < 25)
        return 'silence';
      if (type === 'A') askedA.set(client.port, at);
      return late(30);
    };
  },
};

/** Lets one reply through a flow: the second query from a port is never answered. */
const onePerPort: Behaviour = {
  perRun() {
    const ports = new Set<number>();
    return ({ client }) => {
      if (ports.has(client.port)) return 'silence';
      ports.add(client.port);
      return OK;
    };
  },
};

export const race: readonly Scenario[] = [
  scenario('race-aaaa-lost', 'first AAAA packet lost, later ones pass', { server: firstLost('AAAA') }),
  scenario('race-a-lost', 'first A packet lost, later ones pass', { server: firstLost('A') }),
  scenario('race-aaaa-lost-x3', 'first AAAA packet of each lookup lost, three lookups', {
    server: ({ type, nth }) => (type === 'AAAA' && nth % 2 === 1 ? 'silence' : OK),
    repeat: 3,
  }),
  scenario('race-aaaa-always', 'AAAA lost whenever it leaves the port before A is answered', {
    server: pairLost,
    repeat: 3,
  }),
  ...['single-request', 'single-request-reopen', 'use-vc'].map((option) =>
    scenario(`race-${option}`, `the same loss with options ${option}`, {
      server: pairLost,
      conf: `options ${option}\n`,
    }),
  ),
  scenario('oneport-twice', 'one reply a source port, three lookups in one process', {
    server: onePerPort,
    repeat: 3,
  }),
  scenario('oneport-single-request', 'one reply a source port, single-request', {
    server: onePerPort,
    conf: 'options single-request\n',
  }),
  scenario('oneport-timeout1', 'one reply a source port, timeout:1', {
    server: onePerPort,
    conf: 'options timeout:1\n',
  }),
];
