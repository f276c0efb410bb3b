const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `15s`, `5m`, `1h` in ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  return match?.[1] !== undefined && unit !== undefined ? Number(match[1]) * unit : undefined;
}
