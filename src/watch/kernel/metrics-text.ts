/**
 * The text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats, 0.0.4), a line at a time. Pure.
 */

/** One sample. */
export interface MetricSample {
  name: string;
  /** As between the braces; empty: there are none. */
  labels: string;
  /** May be NaN, and infinite. */
  value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[ \t]*[a-zA-Z_][a-zA-Z0-9_]*[ \t]*=[ \t]*"(?:[^"\\\n]|\\[\\"n])*"[ \t]*`;
const LABELS = String.raw`(?:${LABEL}(?:,${LABEL})*(?:,[ \t]*)?|[ \t]*)`;
/** name{labels} value [timestamp] */
const SAMPLE = new RegExp(
  String.raw`^[ \t]*(?<name>${NAME})[ \t]*(?:\{(?<labels>${LABELS})\})?[ \t]+(?<value>[^ \t]+)(?:[ \t]+-?\d+)?[ \t]*$`,
);

/** @returns `nothing`: a comment or a blank line; absent: it is not of this format */
export function parseMetricLine(line: string): MetricSample | 'nothing' | undefined {
  if (/^[ \t]*(?:#|$)/.test(line)) return 'nothing';
  const { name, labels = '', value: written } = SAMPLE.exec(line)?.groups ?? {};
  const value = written === undefined ? undefined : numberOf(written);
  return name === undefined || value === undefined ? undefined : { name, labels: labels.trim(), value };
}

/** As Go's ParseFloat reads it: decimal with an exponent, `NaN`, `+Inf`; hex is read by it too, and written by nobody. */
function numberOf(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
