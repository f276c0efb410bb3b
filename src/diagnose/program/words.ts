import type { BinaryFacts } from '../../binary/binary-facts.ts';

/** What the binary says of how it was built, of these settings; empty: it says nothing of them. */
export function buildEvidence({ build }: BinaryFacts, settings: readonly string[]): string[] {
  if (!build) return [];
  const said = settings.flatMap((key) => {
    const value = build.settings.get(key);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  return said.length > 0 ? [`built by ${build.goVersion} with ${said.join(' ')}`] : [];
}
