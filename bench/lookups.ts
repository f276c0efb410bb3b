/**
 * What a lookup costs: CPU and lookups a second of each model, beside dnsperf and a DNS probe of blackbox_exporter, all
 * against one unbound on loopback, in turn, several rounds; and a query's round trip beside dnsperf's.
 *
 *   node bench/lookups.ts [--rounds 5]
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const ROUNDS = Number(values.rounds);
const PORT = 5_355;
const BLACKBOX_PORT = 9_915;
const NAME = 'host.bench.test';
const MODELS = ['musl', 'glibc', 'go'];
const LOOKUPS = 20_000;
const PROBES = 1_000;
const DNSPERF_SECONDS = 2;
const directory = mkdtempSync(join(tmpdir(), 'netdns-bench-'));
const run = promisify(execFile);

interface Sample {
  cpuMicroseconds: number;
  perSecond: number;
  medianMs: number;
}

function startUnbound(): ChildProcess {
  const config = join(directory, 'unbound.conf');
  writeFileSync(
    config,
    `server:
  interface: 127.0.0.1@${PORT}
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  verbosity: 0
  do-daemonize: no
  module-config: "iterator"
  local-zone: "bench.test." static
  local-data: "${NAME}. 60 IN A 192.0.2.1"
  local-data: "${NAME}. 60 IN AAAA 2001:db8::1"
remote-control:
  control-enable: no
`,
  );
  return spawn('unbound', ['-d', '-c', config], { stdio: 'ignore' });
}

function startBlackbox(): ChildProcess {
  const config = join(directory, 'blackbox.yml');
  const module = { prober: 'dns', dns: { query_name: NAME, query_type: 'A', preferred_ip_protocol: 'ip4' } };
  writeFileSync(config, JSON.stringify({ modules: { dns: module } }));
  const args = [
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${BLACKBOX_PORT}`,
    '--log.level=error',
  ];
  return spawn('prometheus-blackbox-exporter', args, { stdio: 'ignore' });
}

/** CPU time of a process so far, µs: utime and stime of /proc/PID/stat, in hundredths of a second. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function ours(model: string, atOnce: number): Promise<Sample> {
  const args = ['bench/lookups-child.ts', model, NAME, `${PORT}`, `${LOOKUPS}`, `${atOnce}`];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Sample;
}

/** A pair is two queries of dnsperf's. */
async function dnsperf(atOnce: number): Promise<Sample> {
  const queries = join(directory, 'queries');
  writeFileSync(queries, `${NAME} A\n${NAME} AAAA\n`);
  const args = [
    '-s',
    '127.0.0.1',
    '-p',
    `${PORT}`,
    '-d',
    queries,
    '-l',
    `${DNSPERF_SECONDS}`,
    '-q',
    `${atOnce}`,
    '-v',
  ];
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%3U %3S"; time dnsperf "$@"', 'bash', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let times = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    times += text;
  });
  await once(child, 'close');
  const [, user = '', system = ''] = /^([\d.]+) ([\d.]+)$/m.exec(times) ?? [];
  const latencies = [...out.matchAll(/^> \S+ \S+ \S+ ([\d.]+)$/gm)].map(([, each]) => Number(each) * 1_000);
  latencies.sort((a, b) => a - b);
  const pairs = latencies.length / 2;
  const medianMs = latencies[latencies.length >> 1] ?? Number.NaN;
  // With one query on its way dnsperf mostly sleeps: only its round trip means anything then.
  if (atOnce === 1) return { cpuMicroseconds: Number.NaN, perSecond: Number.NaN, medianMs };
  return {
    cpuMicroseconds: ((Number(user) + Number(system)) * 1e6) / pairs,
    perSecond: pairs / DNSPERF_SECONDS,
    medianMs,
  };
}

async function blackbox(pid: number): Promise<Sample> {
  const url = `http://127.0.0.1:${BLACKBOX_PORT}/probe?module=dns&target=127.0.0.1:${PORT}`;
  const before = cpuOf(pid);
  const began = performance.now();
  for (let nth = 0; nth < PROBES; nth++) {
    const text = await (await fetch(url)).text();
    if (!text.includes('probe_success 1')) throw new Error(`blackbox_exporter: ${text.slice(0, 200)}`);
  }
  const cpuMicroseconds = (cpuOf(pid) - before) / PROBES;
  return { cpuMicroseconds, perSecond: (PROBES * 1_000) / (performance.now() - began), medianMs: Number.NaN };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const unbound = startUnbound();
const exporter = startBlackbox();
await sleep(1_500);
const { pid = 0 } = exporter;
const programs: [string, () => Promise<Sample>][] = [
  ...MODELS.flatMap((model): [string, () => Promise<Sample>][] => [
    [`${model}, one at a time`, () => ours(model, 1)],
    [`${model}, 16 at once`, () => ours(model, 16)],
  ]),
  ['dnsperf, one at a time', () => dnsperf(1)],
  ['dnsperf, 16 at once', () => dnsperf(16)],
  ['blackbox_exporter, one query', () => blackbox(pid)],
];
const samples = new Map<string, Sample[]>(programs.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, program] of programs) samples.get(name)?.push(await program());
}
unbound.kill();
exporter.kill();

console.log(`medians of ${ROUNDS} rounds; a pair is A and AAAA\n`);
console.log(`${''.padEnd(30)} µs CPU a pair   pairs a second   median round trip, ms`);
for (const [name, list] of samples) {
  const of = (field: keyof Sample, digits: number) => {
    const value = median(list.map((each) => each[field]));
    return Number.isNaN(value) ? '–' : value.toFixed(digits);
  };
  console.log(
    `${name.padEnd(30)} ${of('cpuMicroseconds', 0).padStart(13)} ${of('perSecond', 0).padStart(16)} ${of('medianMs', 3).padStart(23)}`,
  );
}
