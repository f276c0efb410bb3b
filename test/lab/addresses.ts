import { compileAddresses, goMinorVersion, libcVersions } from './builds.ts';

/** The real resolvers of this machine. */
export const REAL_RESOLVERS = ['go', 'glibc', 'musl'] as const;
export type RealResolver = (typeof REAL_RESOLVERS)[number];

/** A program that looks names up, and the model that is to do the same. */
export interface RealProgram {
  program: string;
  /** `glibc-2.36` */
  model: string;
}

/** Compiles addresses.go and addresses.c. */
export async function realPrograms(): Promise<Record<RealResolver, RealProgram>> {
  const programs = await compileAddresses();
  const { glibc, musl } = await libcVersions();
  const go = `1.${await goMinorVersion()}`;
  return {
    go: { program: programs.go, model: `go-${go}` },
    glibc: { program: programs.glibc, model: `glibc-${glibc}` },
    musl: { program: programs.musl, model: `musl-${musl}` },
  };
}

/** A lookup of such a program. */
export interface RealLookup {
  name: string;
  outcome: string;
  error: string;
  durationMs: number;
  addresses: string[];
}

/** What such a program printed. */
export function parseLookups(output: string): RealLookup[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', outcome = '', error = '', ms = '', addresses = ''] = line.split('\t');
      const list = addresses.split(' ').filter((address) => address !== '');
      return { name, outcome, error, durationMs: Number(ms), addresses: list };
    });
}
