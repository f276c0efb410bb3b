import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSources } from '../../src/lookup/read-sources.ts';

const root = mkdtempSync(join(tmpdir(), 'netdns-root-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the files of another root', () => {
  it('are those that its links lead to, not ours of the same name', () => {
    mkdirSync(join(root, 'etc'));
    mkdirSync(join(root, 'run'));
    writeFileSync(join(root, 'run/resolv.conf'), 'nameserver 192.0.2.53\n');
    symlinkSync('/run/link', join(root, 'etc/resolv.conf'));
    symlinkSync('resolv.conf', join(root, 'run/link'));
    // A way out of the root ends at it.
    symlinkSync('../../../../../../../run/hosts', join(root, 'etc/hosts'));
    writeFileSync(join(root, 'run/hosts'), '192.0.2.1 inside\n');
    symlinkSync('/etc/passwd', join(root, 'etc/nsswitch.conf'));
    symlinkSync('gai.conf', join(root, 'etc/gai.conf'));
    expect(readSources({ root, environment: {} })).toMatchObject({
      resolvConf: { state: 'ok', text: 'nameserver 192.0.2.53\n' },
      hosts: { state: 'ok', text: '192.0.2.1 inside\n' },
      nsswitch: { state: 'absent' },
      gaiConf: { state: 'failed', errno: 'ELOOP' },
    });
  });

  it('are its own where a directory is a link too', () => {
    const other = join(root, 'other');
    mkdirSync(join(other, 'data/etc'), { recursive: true });
    writeFileSync(join(other, 'data/etc/resolv.conf'), 'nameserver 192.0.2.54\n');
    // Ours has this directory, and the other root has not.
    symlinkSync(join(root, 'run'), join(other, 'data/ours'));
    symlinkSync('/data/ours/hosts', join(other, 'data/etc/hosts'));
    symlinkSync('../../../../../../../../data/./etc/', join(other, 'etc'));
    expect(readSources({ root: other, environment: {} })).toMatchObject({
      resolvConf: { state: 'ok', text: 'nameserver 192.0.2.54\n' },
      hosts: { state: 'absent' },
    });
  });
});
