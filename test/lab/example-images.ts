/** The images of examples/, built by their Dockerfiles on stand-ins of the base images. */

import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Stage } from '../../src/dockerfile/dockerfile-facts.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';
import { makeBaseImage, makeBuilder } from './base-images.ts';
import type { Containers } from './containers.ts';
import { sqliteProxy } from './module-proxy.ts';

const execute = promisify(execFile);

export const EXAMPLES = ['pure-go', 'sqlite-glibc', 'sqlite-musl'] as const;
export type Example = (typeof EXAMPLES)[number];

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SUITES = pathOf('build/suites');

/** The stage that an example's Dockerfile builds in, and the one that it runs. */
interface Stages {
  builder: Stage;
  final: Stage;
}

export function stagesOf(example: Example): Stages {
  const text = readFileSync(pathOf(`../../examples/${example}/Dockerfile`), 'utf8');
  const { stages } = parseDockerfile(text);
  const builder = stages.find(({ builds }) => builds.length > 0);
  const final = stages.at(-1);
  if (!builder || !final) throw new Error(`the Dockerfile of ${example} builds nothing`);
  return { builder, final };
}

/** The release of Go that a builder image has, where scripts/go-releases.sh has put it: a directory below SUITES. */
function goOf(image: string): string | undefined {
  const minor = /golang:1\.(\d+)/.exec(image)?.[1];
  return globSync(`*/usr/lib/go-1.${minor}/bin/go`, { cwd: SUITES })[0];
}

/** Releases of Go that are not there, in words; empty where all are. */
export function examplesLack(): string[] {
  const images = new Set(EXAMPLES.map((example) => stagesOf(example).builder.image));
  return [...images]
    .filter((image) => goOf(image) === undefined)
    .map((image) => `Go of ${image} (scripts/go-releases.sh gets it)`);
}

/** What the stand-in of a builder has in place of a network: its compilers, Go, and a module proxy. */
const HOST = { usr: '/host/usr', suites: '/host/suites', proxy: '/host/proxy', cache: '/host/cache' };

/** What is tested is not how well C is compiled. */
const BUILDER_ENV = {
  PATH: '/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin',
  GOPATH: '/go',
  GOTOOLCHAIN: 'local',
  GOPROXY: `file://${HOST.proxy}`,
  GOSUMDB: 'off',
  GOCACHE: HOST.cache,
  CGO_CFLAGS: '-O0',
};

/** Builds all examples, and the images that they begin from. @param directory for what is needed meanwhile */
export async function buildExamples(containers: Containers, directory: string): Promise<void> {
  const stages = EXAMPLES.map(stagesOf);
  for (const image of new Set(stages.map(({ final }) => final.image))) {
    const root = join(directory, `base ${image.replaceAll('/', ' ')}`);
    const { user = 'root' } = await makeBaseImage(root, image);
    await containers.commit(image, root, [`--user=${user}`, '--env=PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  }
  for (const image of new Set(stages.map(({ builder }) => builder.image))) {
    const root = join(directory, `builder ${image}`);
    await makeBuilder(root, image, join(HOST.suites, dirname(dirname(goOf(image) ?? ''))));
    const env = Object.entries(BUILDER_ENV).map(([key, value]) => `--env=${key}=${value}`);
    await containers.commit(`docker.io/library/${image}`, root, env);
  }
  for (const example of EXAMPLES) await buildExample(containers, directory, example);
}

async function buildExample(containers: Containers, directory: string, example: Example): Promise<void> {
  const context = join(directory, example);
  await cp(pathOf(`../../examples/${example}`), context, { recursive: true });
  const proxy = await proxyFor(context, directory);
  // Go tells compilers apart by what they say of themselves, which is the same of gcc and musl-gcc.
  const cache = pathOf(`build/go-cache-${stagesOf(example).builder.image.replaceAll(/[^\w.-]/g, '-')}`);
  await mkdir(cache, { recursive: true });
  const volumes = [
    `/usr:${HOST.usr}:ro`,
    `${SUITES}:${HOST.suites}:ro`,
    `${proxy}:${HOST.proxy}:ro`,
    `${cache}:${HOST.cache}`,
  ];
  await containers.build(example, context, volumes);
}

/** A module proxy with what a module requires; go.sum becomes what that has. */
async function proxyFor(context: string, directory: string): Promise<string> {
  const { requires } = parseGoMod(await readFile(join(context, 'go.mod'), 'utf8'));
  const [sqlite] = requires;
  const proxy = sqlite ? await sqliteProxy(sqlite.version) : directory;
  await rm(join(context, 'go.sum'), { force: true });
  const go = join(SUITES, goOf(stagesOf('pure-go').builder.image) ?? '');
  const env = { ...process.env, ...BUILDER_ENV, PATH: process.env.PATH };
  const own = {
    GOPROXY: `file://${proxy}`,
    GOPATH: join(directory, 'go'),
    GOCACHE: pathOf('build/go-cache'),
  };
  await execute(go, ['mod', 'tidy'], { cwd: context, env: { ...env, ...own, GOENV: 'off', GOFLAGS: '' } });
  return proxy;
}

/** Puts the program of an example on another image, as if its Dockerfile ended with that. @returns the new image */
export async function swap(
  containers: Containers,
  directory: string,
  example: Example,
  image: string,
): Promise<string> {
  const { user, program } = stagesOf(example).final;
  const name = `${example}-on-${EXAMPLES.find((each) => stagesOf(each).final.image === image)}`;
  const context = join(directory, name);
  await mkdir(context);
  const lines = [
    `FROM ${image}`,
    `COPY --from=${example} ${program?.value} ${program?.value}`,
    `USER ${user?.value}`,
    `ENTRYPOINT ["${program?.value}"]`,
  ];
  await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
  await containers.build(name, context);
  return name;
}
