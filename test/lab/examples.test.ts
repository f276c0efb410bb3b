/**
 * The examples, built by their Dockerfiles and run as containers: where each starts, and whose resolver each asks, told
 * beforehand and then seen.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { baseImageOf } from '../../src/image/base-images.ts';
import type { InspectDocument } from '../../src/serve/inspect-document.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { EXAMPLES, type Example, examplesLack, stagesOf, swap } from './example-images.ts';
import { ExampleLab, type Running } from './example-lab.ts';
import { environmentOf, podOf } from './example-pods.ts';
import { proxyLacks } from './module-proxy.ts';
import { describeInLab } from './requirements.ts';
import type { ToldQuery } from './telling-server.ts';

const execute = promisify(execFile);
const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** Compiling Go's library and SQLite from nothing on a slow machine. */
const BUILD_MS = 600_000;
const TEST_MS = 60_000;
const POLL = { timeout: 30_000 };
const LOG_FILE = '/var/log/app/app.log';

/** What `inspect --json` says of the program of an image in a root. */
async function inspect(binary: string, rootfs: string): Promise<InspectDocument> {
  const args = [CLI, 'inspect', binary, '--rootfs', rootfs, '--json'];
  // The status tells what is found: that it does not start is critical.
  const { stdout } = await execute(process.execPath, args).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

/** The daemon beside a container, until the test is finished. */
async function watched({ directory }: ExampleLab, { asked, logs, pid }: Running): Promise<Daemon> {
  await expect.poll(() => asked().length, POLL).toBeGreaterThan(1);
  const daemon = await startDaemon(directory, {
    target: { pid: await pid() },
    logs: [{ file: join(logs, 'app.log') }],
  });
  onTestFinished(() => daemon.stop());
  return daemon;
}

/** Who asks so: Go's resolver has EDNS0 (net/dnsclient_unix.go), musl's asks all servers from one port. */
function resolverOf(queries: readonly ToldQuery[]): Resolver {
  if (queries.every(({ edns }) => edns)) return 'go';
  const servers = new Map<number, string>();
  for (const { port, server } of queries) {
    if ((servers.get(port) ?? server) !== server) return 'musl';
    servers.set(port, server);
  }
  return 'glibc';
}

const FINALS = EXAMPLES.map((example) => stagesOf(example).final.image);
const SWAPPED = EXAMPLES.flatMap((example) => FINALS.map((image) => ({ example, image })));

type Resolver = 'go' | 'glibc' | 'musl';
const TAKEN: { example: Example; env: Record<string, string>; takes: Resolver }[] = [
  ...['netdns=2', 'netdns=go+2', 'netdns=cgo+2'].map((GODEBUG) => ({
    ...({ example: 'pure-go', env: { GODEBUG }, takes: 'go' } as const),
  })),
  ...(['glibc', 'musl'] as const).flatMap((libc) => {
    const example = `sqlite-${libc}` as const;
    return [
      // As the image has it.
      { example, env: {}, takes: 'go' as const },
      { example, env: { GODEBUG: 'netdns=2' }, takes: 'go' as const },
      { example, env: { GODEBUG: 'netdns=go+2', LOCALDOMAIN: '' }, takes: 'go' as const },
      { example, env: { GODEBUG: 'netdns=cgo+2' }, takes: libc },
      { example, env: { GODEBUG: 'netdns=2', LOCALDOMAIN: '' }, takes: libc },
    ];
  }),
];

/** The words of "no such host" tell that libc was asked, its process which libc. */
const PODS = [
  { example: 'pure-go', fails: 'go', takes: 'resolver="go",source="binary"' },
  { example: 'sqlite-glibc', fails: 'cgo', takes: 'resolver="cgo-glibc",source="binary"' },
  { example: 'sqlite-musl', fails: 'cgo', takes: 'resolver="cgo-musl",source="binary"' },
];

describeInLab(
  'examples',
  () => {
    let lab: ExampleLab;
    beforeAll(async () => {
      lab = await ExampleLab.open();
    }, BUILD_MS);
    afterAll(() => lab?.close());

    it.each(EXAMPLES)(
      '%s shows what it looks up on its page, as a user who may do nothing else',
      async (example) => {
        const { asked, looksUp, pid } = lab.start(example);
        await expect.poll(() => asked().length, POLL).toBeGreaterThan(1);
        const page = () => lab.read('http://127.0.0.1:8080/');
        await expect.poll(page, POLL).toMatch(new RegExp(`${looksUp}.*(?:127\\.0\\.0\\.1|::1)`, 's'));
        const status = await readFile(`/proc/${await pid()}/status`, 'utf8');
        expect(status).toMatch(/^Uid:\s65532\s65532\s65532\s65532\nGid:\s65532\s/m);
        expect(status).toMatch(/^CapEff:\s0+$/m);
      },
      TEST_MS,
    );

    it.each(SWAPPED)(
      '$example on $image starts or fails as inspect says',
      async ({ example, image }) => {
        const swapped = await swap(lab.containers, lab.directory, example, image);
        const root = await lab.containers.rootOf(swapped);
        const { rootfs, starts } = await inspect('/app', root);

        const { asked, ended } = lab.start(swapped);
        let hasEnded = false;
        ended.then(() => {
          hasEnded = true;
        });
        await expect.poll(() => hasEnded || asked().length > 0, POLL).toBe(true);
        const really = asked().length > 0;

        expect({ rootfs: rootfs?.starts, table: starts[baseImageOf(image) ?? 'scratch'] }).toEqual({
          rootfs: really,
          table: really,
        });
        if (really) return;
        expect(await ended).toContain('exec /app: no such file or directory');
        expect(rootfs?.missing).toHaveLength(1);
      },
      TEST_MS,
    );

    it.each(TAKEN)(
      '$example with $env asks $takes, as was told',
      async ({ example, env, takes }) => {
        const running = lab.start(example, { ...env, LOG: LOG_FILE });
        const daemon = await watched(lab, running);

        const resolver = takes === 'go' ? 'go' : `cgo-${takes}`;
        const resolvers = () => daemon.series('netdns_app_resolver_info');
        const told = new RegExp(`^resolver="${resolver}",source="(?:binary|prediction)"$`);
        const ofProcess = async () => Object.keys(await resolvers()).filter((key) => !key.includes('trace'));
        await expect.poll(ofProcess, POLL).toEqual([expect.stringMatching(told)]);
        expect(resolverOf(running.asked())).toBe(takes);
        if (env.GODEBUG === undefined) return;
        const traced = `resolver="${takes === 'go' ? 'go' : 'cgo'}",source="trace"`;
        await expect.poll(resolvers, POLL).toHaveProperty([traced], 1);
      },
      TEST_MS,
    );

    it.each(PODS)(
      '$example in its pod: the sidecar tells what fails, and in which resolver',
      async ({ example, fails, takes }) => {
        const pod = podOf(example);
        const [sidecar] = pod.spec.initContainers;
        const running = lab.start(example, environmentOf(pod));
        await expect.poll(() => running.asked().length, POLL).toBeGreaterThan(1);
        lab.startSidecar(running, sidecar.args ?? []);

        const metrics = () => lab.read('http://127.0.0.1:9653/metrics');
        await expect
          .poll(metrics, POLL)
          .toContain(`netdns_app_lookup_errors_total{resolver="${fails}",reason="not-found"}`);
        await expect.poll(metrics, POLL).toContain(`netdns_app_resolver_info{${takes}} 1\n`);
      },
      TEST_MS,
    );
  },
  ['podman', 'buildah', 'runc', 'zip', 'npm'],
  [...(process.getuid?.() === 0 ? [] : ['root, for containers']), ...examplesLack(), ...proxyLacks()],
);
