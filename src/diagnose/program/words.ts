import type { BinaryFacts } from '../../binary/binary-facts.ts';

/** What the binary says of how it was built, of these settings; empty: it says nothing of them. */
export function buildEvidence({ build }: BinaryFacts, settings: readonly string[]): string[] {
  if (!build) return [];
  const said = settings.flatMap((key) => {
    const value = build.settings.get(key);
    if (key === '-ldflags') return value === undefined ? [] : linkingIn(value);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  return said.length > 0 ? [`built by ${build.goVersion} with ${said.join(' ')}`] : [];
}

/** Of -ldflags only what says how it was linked: values of -X may be secrets. */
function linkingIn(ldflags: string): string[] {
  // What -X sets goes first, with its quotes: it may hold the words of other flags.
  const others = ldflags.replace(/(?:^|\s)--?X[=\s]+(?:'[^']*'|"[^"]*"|\S+)/g, ' ');
  const flags = others.matchAll(/(?:^|\s)--?(linkmode|extldflags)[=\s]+('[^']*'|"[^"]*"|\S+)/g);
  return [...flags].flatMap(([, flag, value = '']) => {
    const words = value.match(/(?<![\w-])(?:external|internal|auto|-static(?:-pie)?|-no-pie|-pie)(?![\w-])/g);
    return words ? [`-${flag} ${words.join(' ')}`] : [];
  });
}
