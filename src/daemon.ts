import type { Logger } from 'pino';
import { parseDuration } from './config/duration.ts';
import { type ListenAddress, parseListenAddress } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import { appFacts } from './diagnose/app-facts.ts';
import { diagnose } from './diagnose/diagnose.ts';
import type { Finding, Judgement } from './diagnose/finding.ts';
import { createLedger } from './diagnose/ledger.ts';
import { createJournal } from './journal/journal.ts';
import { programOf } from './journal/program-record.ts';
import { type HttpServer, serve } from './serve/http.ts';
import type { View } from './serve/view.ts';
import type { KernelSettings } from './watch/kernel/settings.ts';
import { watchKernel } from './watch/kernel/watch-kernel.ts';
import { watchLogs } from './watch/logs/watch-logs.ts';
import type { ProbeSettings } from './watch/probes/round.ts';
import { watchProbes } from './watch/probes/watch-probes.ts';
import { type ProcessSettings, watchProcess } from './watch/process/watch-process.ts';
import { watchSelf } from './watch/self/watch-self.ts';

/** The running daemon: the only place where eyes, memory, judgement and mouth meet. */
export interface Daemon {
  view: View;
  address(): { address: string; port: number };
  /** Takes a new configuration, after those that came before; what has not changed goes on undisturbed. */
  reload(config: Config): Promise<void>;
  stop(): Promise<void>;
}

/**
 * How often the rules judge without being asked, so that findings open and
 * close on time in the log and the metrics.
 */
const JUDGE_EVERY_MS = 2_000;

/** Starts everything. @throws if the address cannot be listened on */
export async function startDaemon(initial: Config, log: Logger): Promise<Daemon> {
  let config = initial;
  const clock = Date.now;
  const journal = createJournal(clock);
  const ledger = createLedger();

  function judge(): Finding[] {
    const judgement = judgementOf(config, clock());
    const { probes, kernel, processes, self } = journal;
    const program = programOf(processes);
    const known = {
      ...{ apps: journal.apps(), sources: journal.sources(), probes, kernel, processes, self },
      ...(program && { program }),
    };
    const findings = diagnose(known, judgement);
    const { opened, closed } = ledger.update(findings, judgement.now);
    // Without the evidence: it quotes errors, and this log may be read by a netdns-sidecar too.
    for (const { id, severity, subject, title } of opened)
      log.warn({ id, severity, subject, title }, 'finding opened');
    for (const { id, subject, since } of closed) log.info({ id, subject, since }, 'finding closed');
    return ledger.open();
  }

  const onFault = (error: unknown) => log.error(error, 'a request could not be answered');
  const logs = watchLogs(journal, log, clock);
  const kernel = watchKernel(journal, log);
  const processes = watchProcess(journal, log);
  const probes = watchProbes(journal, log);
  const view: View = {
    journal,
    findings: judge,
    lastFindings: ledger.open,
    past: ledger.past,
    apps: () => journal.apps().map((app) => appFacts(app, judgementOf(config, clock()))),
    ready: logs.ready,
  };
  let server: HttpServer = await serve(view, listenAddressOf(config), onFault);
  await useAll();
  const noteLoad = watchSelf(journal.self, { clock });
  const timer = setInterval(() => {
    noteLoad();
    judge();
  }, JUDGE_EVERY_MS);
  /** Two signals may come at once: what one reload has just begun, the other would not know, and never end. */
  let reloaded = Promise.resolve();

  async function useAll(): Promise<void> {
    await logs.use(config.logs);
    await kernel.use(kernelSettingsOf(config));
    // Before the probes, which take the application's files and environment.
    await processes.use(processSettingsOf(config));
    await probes.use(probeSettingsOf(config));
  }

  async function use(next: Config): Promise<void> {
    if (next.listen !== config.listen) {
      const replacement = await serve(view, listenAddressOf(next), onFault);
      await server.close();
      server = replacement;
    }
    config = next;
    log.level = config.logLevel;
    await useAll();
  }

  return {
    view,
    address: () => server.address,
    reload(next) {
      const turn = reloaded.then(() => use(next));
      reloaded = turn.catch(() => {});
      return turn;
    },
    async stop() {
      clearInterval(timer);
      await reloaded;
      await Promise.all([logs.stop(), kernel.stop(), processes.stop(), probes.stop(), server.close()]);
    },
  };
}

function judgementOf({ thresholds, target }: Config, now: number): Judgement {
  return {
    now,
    failureWindow: milliseconds(thresholds.failureWindow),
    sourceStalled: milliseconds(thresholds.sourceStalled),
    slowQuery: milliseconds(thresholds.slowQuery),
    conntrackRatio: thresholds.conntrackRatio,
    sourcePortRatio: thresholds.sourcePortRatio,
    ...(target.resolver && { expected: target.resolver }),
  };
}

function probeSettingsOf({ probes, root, target }: Config): ProbeSettings {
  return {
    ...probes,
    ...(root !== undefined && { root }),
    ...(target.resolver && { expected: target.resolver }),
  };
}

function kernelSettingsOf({ proc, node }: Config): KernelSettings {
  return { proc, node };
}

function processSettingsOf({ proc, target: { pid, exe } }: Config): ProcessSettings {
  return { proc, pid, ...(exe !== undefined && { exe }) };
}

/** The schema has checked both: what it lets through parses. */
function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0;
}
function listenAddressOf({ listen }: Config): ListenAddress {
  return parseListenAddress(listen) ?? { port: 0 };
}
