/** A binary whose loader the image does not have, started as containers start it, and what the daemon makes of it. */

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab, type Lab, type Watch } from './lab.ts';

/** Every shell words it in its own way, and differently again for `exec` and in a script. */
const shells = ['sh', 'bash', 'busybox sh'];
const forms = ['command', 'exec', 'entrypoint'] as const;
const launches = shells.flatMap((shell) => forms.map((form) => ({ shell, form })));

describeLab('a binary without its loader', ['glibc', 'strayed'], (lab) => {
  it.each(launches)('started by $shell, $form', async ({ shell, form }) => {
    const watch = await lab.watch();
    const app = lab.binary('strayed');
    const entrypoint = join(lab.directory('image'), 'entrypoint.sh');
    writeFileSync(entrypoint, `#!/bin/sh\nset -e\nexec ${app}\n`);
    const args = { command: ['-c', app], exec: ['-c', `exec ${app}`], entrypoint: [entrypoint] }[form];

    await failsToStart(lab, watch, [...shell.split(' '), ...args]);
  });

  it('a glibc build in an image that has busybox and nothing else', async () => {
    const watch = await lab.watch();
    const image = lab.directory('busybox');
    mkdirSync(join(image, 'bin'));
    copyFileSync('/bin/busybox', join(image, 'bin/sh'));
    copyFileSync(lab.binary('glibc'), join(image, 'app'));

    await failsToStart(lab, watch, ['chroot', image, '/bin/sh', '-c', '/app']);
  });
});

async function failsToStart(lab: Lab, { log, daemon }: Watch, command: readonly string[]): Promise<void> {
  const { status } = await lab.exec(log, command);

  expect(status).toBe(127);
  await expect
    .poll(async () => (await daemon.health()).findings, { timeout: 5_000 })
    .toContainEqual(expect.objectContaining({ id: 'loader-missing', severity: 'critical' }));
  expect((await daemon.health()).httpStatus).toBe(503);
}
