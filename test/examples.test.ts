/** The files of examples/ agree with each other and with what the program says. test/lab/examples.test.ts runs them. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Advice } from '../src/advise/advice.ts';
import { environmentOf, podOf } from './lab/example-pods.ts';

const ROOT = join(import.meta.dirname, '..');

/** What `advise --json` says in the project's directory. */
function advise(...args: string[]): Advice {
  const { stdout } = spawnSync(process.execPath, ['src/cli.ts', 'advise', ...args, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

const EXAMPLES = [
  { example: 'pure-go', base: [] },
  { example: 'sqlite-glibc', base: [] },
  { example: 'sqlite-musl', base: ['--base', 'alpine:3.22'] },
];

describe.each(EXAMPLES)('$example', ({ example, base }) => {
  const goMod = `examples/${example}/go.mod`;
  const dockerfile = `examples/${example}/Dockerfile`;

  it('has the Dockerfile that advise gives for its go.mod', () => {
    const advice = advise('--go-mod', goMod, ...base);
    expect(readFileSync(join(ROOT, dockerfile), 'utf8')).toBe(advice.dockerfile);
  });

  it('has nothing wrong in its Dockerfile', () => {
    const advice = advise('--go-mod', goMod, '--dockerfile', dockerfile);
    expect(advice.findings).toEqual([]);
  });

  it('logs in its pod where the sidecar reads', () => {
    const pod = podOf(example);
    const [sidecar] = pod.spec.initContainers;
    const [app] = pod.spec.containers;
    expect(sidecar.args).toEqual(['run', '--log', environmentOf(pod).LOG]);
    expect(sidecar.volumeMounts).toEqual(app.volumeMounts.map((mount) => ({ ...mount, readOnly: true })));
  });

  it('has the sidecar as the README shows it, with what the restricted standard asks for', () => {
    const { spec } = podOf(example);
    const [shown = ''] =
      readFileSync(join(ROOT, 'README.md'), 'utf8').match(/(?<=```yaml\n)spec:.*?(?=```)/s) ?? [];
    const { spec: readme } = parse(shown);
    expect(spec).toMatchObject({ securityContext: readme.securityContext, volumes: readme.volumes });
    expect(spec.initContainers).toMatchObject(readme.initContainers);
    expect(spec.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.containers[0].securityContext).toEqual(spec.initContainers[0].securityContext);
  });
});
