/** Probing in a world of scripted servers and a clock of the test's own, and what the rules make of it. */
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import type { Finding } from '../../../src/diagnose/finding.ts';
import type { Rule } from '../../../src/dns/script.ts';
import { createJournal } from '../../../src/journal/journal.ts';
import type { ProbeRecord } from '../../../src/journal/probe-record.ts';
import { understand } from '../../../src/watch/logs/understand.ts';
import { watchProbes } from '../../../src/watch/probes/watch-probes.ts';
import { createFakeWorld, type FakeWorld } from '../../watch/probes/fake-world.ts';
import { JUDGEMENT } from '../judgement.ts';

export interface Probing {
  world: FakeWorld;
  record: ProbeRecord;
  /** Lets so many rounds go by. @returns what is found after them */
  rounds(count: number): Promise<Finding[]>;
  /** The application writes a line into its log, so many ms ago. */
  log(line: string, ago?: number): void;
  findings(): Finding[];
}

interface Options extends Partial<Pick<FakeWorld, 'tcp' | 'resolvConf'>> {
  servers: Readonly<Record<string, Rule>>;
  models?: readonly string[];
  /** Names; one with `!` before it is expected not to be found. */
  targets?: readonly string[];
  failureWindow?: number;
}

const INTERVAL_MS = 15_000;

/** Starts probing. A round takes no time of the world's clock. */
export async function startProbing({ servers, tcp, resolvConf, ...options }: Options): Promise<Probing> {
  const world = createFakeWorld(servers);
  if (tcp) world.tcp = tcp;
  if (resolvConf !== undefined) world.resolvConf = resolvConf;
  const journal = createJournal(world.clock);
  const watcher = watchProbes(journal, pino({ level: 'silent' }), world);
  onTestFinished(() => watcher.stop());
  const targets = (options.targets ?? []).map((text) =>
    text.startsWith('!') ? { name: text.slice(1), expect: 'not-found' } : { name: text },
  );
  const { models = ['app', 'nslookup'], failureWindow = 300_000 } = options;
  const probes = { interval: `${INTERVAL_MS}ms`, budget: 10_000, models, targets };
  const config = loadConfig([{ input: { probes }, where: () => 'a test' }]);
  let started = false;

  const findings = () =>
    diagnose(
      { apps: journal.apps(), sources: [], probes: journal.probes },
      {
        ...JUDGEMENT,
        now: world.clock(),
        failureWindow,
      },
    );
  return {
    world,
    record: journal.probes,
    async rounds(count) {
      if (!started && count > 0) {
        started = true;
        await watcher.use({ ...config.probes, root: '/' });
        await world.advance(100);
        count--;
      }
      await world.advance(count * INTERVAL_MS);
      return findings();
    },
    log: (line, ago = 0) => understand(journal.app('app', 'app.log'), line, world.clock() - ago),
    findings,
  };
}

/** `critical musl-needs-both-families api.test` */
export function short(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, id, subject }) => `${severity} ${id} ${subject}`);
}
