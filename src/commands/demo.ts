import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Daemon } from '../daemon.ts';
import { statusOf } from '../diagnose/status.ts';
import { createLogger } from '../logger.ts';
import { findingLines } from '../serve/explain-text.ts';
import { type Command, columns, parseOptions } from './command.ts';
import { configFrom } from './config-options.ts';
import { BREAKAGES } from './demo/broken-servers.ts';
import { lookUpLive } from './demo/live-lookups.ts';
import { lookupTable } from './demo/lookup-table.ts';
import { RECORDING, type Scene } from './demo/recording.ts';
import { listenOrExplain } from './listen-or-explain.ts';

const HELP = `Usage: netdns-sidecar demo [options]

Replays what a real Go application logged into a file, while the daemon watches that file and says what it makes of
it, here and over HTTP. Then a scripted DNS server on loopback ports is broken in ways that people meet, and names are
looked up against it as Go, glibc, musl and nslookup would. Needs no root. Stays up until Ctrl-C.

Options
  --once             end when all has been shown and health has recovered
  --listen ADDRESS   default 127.0.0.1:9653
  --help

Examples
  netdns-sidecar demo --once
  netdns-sidecar demo --listen 127.0.0.1:0 --once
`;

/** Short, so that the recovery is seen. */
const FAILURE_WINDOW = '3s';
const LOOK_EVERY_MS = 100;

export const demoCommand: Command = { help: HELP, run };

async function run(args: string[]): Promise<number> {
  const { values } = parseOptions('demo', {
    args,
    options: { once: { type: 'boolean' }, listen: { type: 'string', default: '127.0.0.1:9653' } },
  });
  const directory = mkdtempSync(join(tmpdir(), 'netdns-demo-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'app.log');
  const config = await configFrom({
    log: [file],
    listen: values.listen,
    'failure-window': FAILURE_WINDOW,
    // The recorded names are not this machine's: its nameservers are not asked for them.
    'no-probes': true,
  });
  const daemon = await listenOrExplain(config, createLogger('silent'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

  const { port } = daemon.address();
  print(`The daemon watches ${file}`, `and serves http://127.0.0.1:${port}/healthz /findings /metrics`);
  const report = createReport(daemon);
  for (const scene of RECORDING) await play(scene, file, report);
  while (statusOf(daemon.view.findings()) !== 'pass') await look(report);
  report();
  await showLookups(directory);
  if (values.once) {
    await daemon.stop();
    return 0;
  }
  print('', `All has been shown. The daemon stays up until Ctrl-C: curl http://127.0.0.1:${port}/findings`);
  return new Promise<number>(() => {});
}

/** The same failure and others, live: what each resolver makes of servers that are broken in that way. */
async function showLookups(directory: string): Promise<void> {
  print(
    '',
    styleText('bold', '── Why? Real queries, as each resolver sends them, to DNS servers broken on purpose'),
  );
  for (const [index, breakage] of BREAKAGES.entries()) {
    print('', `${styleText('bold', breakage.title)} (${breakage.name})`);
    print(...lookupTable(await lookUpLive(breakage, join(directory, `machine-${index}`)), columns()));
  }
}

/** Writes a scene as the application did, and reports meanwhile. */
async function play({ title, lines, pace }: Scene, file: string, report: () => void): Promise<void> {
  print('', styleText('bold', `── ${title}`));
  for (const line of lines) {
    print(styleText('dim', `   ${line}`));
    appendFileSync(file, `${line}\n`);
    for (let waited = 0; waited < pace; waited += LOOK_EVERY_MS) await look(report);
  }
  for (let waited = 0; waited < 1_200; waited += LOOK_EVERY_MS) await look(report);
}

async function look(report: () => void): Promise<void> {
  await sleep(LOOK_EVERY_MS);
  report();
}

/** Prints what has changed since the last look: health, resolver, findings. */
function createReport({ view }: Daemon): () => void {
  let before = '';
  let open = new Set<string>();
  return () => {
    const findings = view.findings();
    const [app] = view.journal.apps();
    const { mode = 'unknown' } = app?.trace.summary() ?? {};
    const libc = view.apps()[0]?.libc ?? 'unknown';
    const state = `health ${statusOf(findings)}, resolver mode ${mode}${libc === 'unknown' ? '' : `, libc ${libc}`}`;
    if (app && state !== before) print(`${styleText('green', '▶')} ${state}`);
    before = state;
    const now = new Set(findings.map(({ id, severity }) => `${severity} ${id}`));
    for (const finding of findings) {
      if (!open.has(`${finding.severity} ${finding.id}`))
        print(
          ...findingLines(finding, columns() - 2)
            .slice(1)
            .map((line) => `  ${line}`),
        );
    }
    for (const gone of open) if (!now.has(gone)) print(`  ${styleText('green', 'closed')}  ${gone}`);
    open = now;
  };
}

function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
