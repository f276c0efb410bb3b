/** Nameservers and paths to them go wrong and well again: each finding opens and closes, and real programs fail as it says. */

import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, type ExpectStatic, it } from 'vitest';
import { compileAddresses } from './builds.ts';
import type { Daemon } from './daemon.ts';
import { describeInLab } from './requirements.ts';
import type { behaviours } from './server-behaviours.ts';
import { openSwitchableLab, type SwitchableLab } from './switchable-lab.ts';

type Program = 'go' | 'glibc' | 'musl';

/** Queries have 5 s each, and a finding needs three rounds of them; the machine may be busy with other tests. */
const TEST_TIMEOUT_MS = 150_000;
const POLL = { timeout: 120_000, interval: 300 };
/** What is so of a daemon in a network namespace without a node and an application, and says nothing of nameservers. */
const OF_THE_LAB = ['conntrack-not-observable', 'watcher-blocked'];
const NAME = 'api.test';
/** Real programs and models give up soon. */
const OPTIONS = 'options timeout:1 attempts:1\n';

describeInLab('findings about nameservers', () => {
  let lab: SwitchableLab<keyof typeof behaviours>;
  let programs: Record<Program, string>;

  beforeAll(async () => {
    programs = await compileAddresses();
    lab = await openSwitchableLab(join(import.meta.dirname, 'server-behaviours.ts'));
  }, 300_000);
  afterAll(() => lab?.close(), 30_000);

  async function start(
    expect: ExpectStatic,
    name: string,
    addresses: readonly string[],
    models: readonly string[],
  ) {
    const resolvConf = addresses.map((address) => `nameserver ${address}\n`).join('') + OPTIONS;
    await lab.switchTo(Object.fromEntries(addresses.map((address) => [address, 'ok' as const])));
    const probes = { interval: '200ms', budget: 1_000, models, targets: [{ name: NAME }] };
    const thresholds = { slowQuery: '300ms' };
    const daemon = await lab.startDaemon({ name, resolvConf, probes, thresholds });
    const file = lab.writeFile(name, 'resolv.conf', resolvConf);
    return { daemon, ...watch(daemon, expect), run: (program: Program) => run(programs[program], file) };
  }

  /** `ok`, `try-again`, …: what a real program gets by this resolv.conf. */
  async function run(binary: string, resolvConf: string): Promise<string> {
    const bound = 'mount --bind "$0" /etc/resolv.conf; exec "$@"';
    const command = [...['unshare', '--mount', 'sh', '-ec', bound, resolvConf], binary, 'unspec', 'go', NAME];
    const child = lab.namespace.spawn(command, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const output = child.stdout ? await text(child.stdout) : '';
    await exited;
    return output.split('\t')[1] ?? '';
  }

  /** What is seen of a daemon's findings; `expect` is the one test's own, for several run at the same time. */
  function watch(daemon: Daemon, expect: ExpectStatic) {
    async function found(id: string) {
      const { findings } = await daemon.health();
      return findings.filter((finding) => finding.id === id).map(({ severity }) => severity);
    }
    async function others() {
      const { findings } = await daemon.health();
      return findings.filter(({ id }) => !OF_THE_LAB.includes(id));
    }
    return {
      opens: (id: string, severity: string) =>
        expect.poll(() => found(id), { ...POLL, message: `${id} opens` }).toEqual([severity]),
      closes: (id: string) => expect.poll(() => found(id), { ...POLL, message: `${id} closes` }).toEqual([]),
      isWell: () => expect.poll(others, { ...POLL, message: 'well' }).toEqual([]),
    };
  }

  describe.concurrent('open and close', () => {
    it(
      'nameserver-failing, nameserver-refusing, nameserver-unreachable',
      async ({ expect }) => {
        const server = '127.0.1.1';
        const { daemon, opens, closes, isWell, run } = await start(expect, 'answers', [server], ['go']);
        for (const [behaviour, id] of [
          ['servfail', 'nameserver-failing'],
          ['refused', 'nameserver-refusing'],
          ['down', 'nameserver-unreachable'],
        ] as const) {
          await isWell();
          await lab.switchTo({ [server]: behaviour });
          await opens(id, 'critical');
          expect((await daemon.health()).status).toBe('fail');
          expect(await run('go')).not.toBe('ok');
          expect(await run('glibc')).toBe('try-again');
          expect(await run('musl')).toBe('try-again');
          await lab.switchTo({ [server]: 'ok' });
          await closes(id);
        }
        expect(await run('go')).toBe('ok');
      },
      TEST_TIMEOUT_MS,
    );

    it(
      'nameserver-slow, nameservers-disagree',
      async ({ expect }) => {
        const [first, second] = ['127.0.2.1', '127.0.2.2'] as const;
        const { opens, closes, isWell, run } = await start(expect, 'two', [first, second], ['go']);
        await isWell();
        await lab.switchTo({ [first]: 'late' });
        await opens('nameserver-slow', 'warning');
        await lab.switchTo({ [first]: 'missing' });
        await closes('nameserver-slow');
        await opens('nameservers-disagree', 'critical');
        for (const program of ['go', 'glibc'] as const) expect(await run(program)).toBe('not-found');
        await lab.switchTo({ [first]: 'ok', [second]: 'missing' });
        await opens('nameservers-disagree', 'warning');
        for (const program of ['go', 'glibc'] as const) expect(await run(program)).toBe('ok');
        await lab.switchTo({ [second]: 'ok' });
        await closes('nameservers-disagree');
      },
      TEST_TIMEOUT_MS,
    );

    it(
      'nameserver-silent',
      async ({ expect }) => {
        const server = '127.0.3.1';
        const { opens, closes, isWell, run } = await start(expect, 'silent', [server], ['go']);
        await isWell();
        await lab.switchTo({ [server]: 'silent' });
        await opens('nameserver-silent', 'critical');
        expect(await run('go')).toBe('timeout');
        for (const program of ['glibc', 'musl'] as const) expect(await run(program)).toBe('try-again');
        await lab.switchTo({ [server]: 'ok' });
        await closes('nameserver-silent');
      },
      TEST_TIMEOUT_MS,
    );

    it(
      'tcp-blocked, edns0-rejected',
      async ({ expect }) => {
        const server = '127.0.4.1';
        const { opens, closes, isWell, run } = await start(expect, 'transports', [server], ['go']);
        await isWell();
        await lab.switchTo({ [server]: 'noTcp' });
        await opens('tcp-blocked', 'critical');
        expect(await run('go')).not.toBe('ok');
        expect(await run('glibc')).toBe('try-again');
        await lab.switchTo({ [server]: 'truncated' });
        await closes('tcp-blocked');
        for (const program of ['go', 'glibc'] as const) expect(await run(program)).toBe('ok');
        await lab.switchTo({ [server]: 'noEdns' });
        await opens('edns0-rejected', 'critical');
        expect(await run('go')).not.toBe('ok');
        for (const program of ['glibc', 'musl'] as const) expect(await run(program)).toBe('ok');
        await lab.switchTo({ [server]: 'ok' });
        await closes('edns0-rejected');
      },
      TEST_TIMEOUT_MS,
    );

    it(
      'one-reply-per-port, tools-disagree',
      async ({ expect }) => {
        const server = '127.0.5.1';
        const { opens, closes, isWell, run } = await start(expect, 'ports', [server], ['musl', 'nslookup']);
        await isWell();
        await lab.switchTo({ [server]: 'onePerPort' });
        await opens('tools-disagree', 'warning');
        await opens('one-reply-per-port', 'critical');
        expect(await run('go')).toBe('ok');
        expect(await run('musl')).toBe('try-again');
        await lab.switchTo({ [server]: 'ok' });
        await closes('one-reply-per-port');
        await closes('tools-disagree');
        expect(await run('musl')).toBe('ok');
      },
      TEST_TIMEOUT_MS,
    );

    it(
      'pair-half-lost',
      async ({ expect }) => {
        const server = '127.0.6.1';
        const { opens, closes, isWell, run } = await start(expect, 'pairs', [server], ['go']);
        await isWell();
        await lab.switchTo({ [server]: 'aaaaSilent' });
        await opens('pair-half-lost', 'warning');
        for (const program of ['go', 'glibc'] as const) expect(await run(program)).toBe('ok');
        expect(await run('musl')).toBe('try-again');
        await lab.switchTo({ [server]: 'ok' });
        await closes('pair-half-lost');
      },
      TEST_TIMEOUT_MS,
    );
  });
});
