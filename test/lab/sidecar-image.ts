/** The sidecar's image: the last stage of the Dockerfile, on a stand-in of its base image, with what the project bundles. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import type { Containers } from './containers.ts';
import { makeRoot } from './image-roots.ts';

const execute = promisify(execFile);
const PROJECT = join(import.meta.dirname, '../..');

/** Node is this machine's, where a container of the image has it. */
export const NODE_VOLUME = `${process.execPath}:/usr/local/bin/node:ro`;

/** Builds it. @param directory for what is needed meanwhile */
export async function buildSidecar(containers: Containers, name: string, directory: string): Promise<void> {
  const text = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
  const { stages } = parseDockerfile(text);
  const [build, final] = [stages.at(0), stages.at(-1)];
  if (!build?.name || !final) throw new Error('the Dockerfile has no stage that builds');

  const base = join(directory, 'node');
  await makeRoot(base, 'distroless-cc', '');
  await mkdir(join(base, 'usr/local/bin'), { recursive: true });
  await mkdir(join(base, 'tmp'));
  await containers.commit(`docker.io/library/${final.image}`, base, [
    '--env=PATH=/usr/local/bin:/usr/bin:/bin',
  ]);
  await containers.commit(build.name, await bundled(directory));

  const context = join(directory, 'sidecar');
  await mkdir(context);
  // Without the stages before it, `--from` names an image.
  const last = text.split('\n').slice(final.line - 1);
  await writeFile(join(context, 'Dockerfile'), last.join('\n'));
  await containers.build(name, context);
}

/** The root directory of the stage that builds. */
async function bundled(directory: string): Promise<string> {
  const root = join(directory, 'build');
  const source = join(root, 'src');
  for (const each of ['src', 'scripts', 'package.json'])
    await cp(join(PROJECT, each), join(source, each), { recursive: true });
  await symlink(join(PROJECT, 'node_modules'), join(source, 'node_modules'));
  await execute(process.execPath, ['scripts/bundle.ts'], { cwd: source });
  return root;
}
