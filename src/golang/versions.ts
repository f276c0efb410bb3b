/** A minor release of Go 1: 24 stands for Go 1.24. */
export type Minor = number;

/** An inclusive range of minors; an absent end is open. */
export interface VersionRange {
  min?: Minor;
  max?: Minor;
}

/** What both ranges allow, or undefined where they contradict each other. */
export function intersect(a: VersionRange, b: VersionRange): VersionRange | undefined {
  const min = Math.max(a.min ?? 0, b.min ?? 0);
  const max = Math.min(a.max ?? Number.POSITIVE_INFINITY, b.max ?? Number.POSITIVE_INFINITY);
  if (min > max) return undefined;
  return range(min || undefined, Number.isFinite(max) ? max : undefined);
}

/** A range from its ends. */
export function range(min?: Minor, max?: Minor): VersionRange {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/** `1.24`. */
export function minorText(minor: Minor): string {
  return `1.${minor}`;
}

/** `1.19-1.23`, `1.24+`, `<=1.18`, or `unknown`. */
export function rangeText({ min, max }: VersionRange): string {
  if (min === undefined) return max === undefined ? 'unknown' : `<=${minorText(max)}`;
  if (max === undefined) return `${minorText(min)}+`;
  return min === max ? minorText(min) : `${minorText(min)}-${minorText(max)}`;
}

/** The minor in `1.24`, `go1.24.4`, `1.25rc1`, `devel go1.28-abcdef`; undefined: it names none. */
export function minorIn(written: string): Minor | undefined {
  const [, digits] = /^(?:devel )?(?:go)?1\.(\d{1,3})(?!\d)/.exec(written) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
