import { withoutColour } from './unescape/colour.ts';

const LONGEST = 45; // `2026-11-23 10:00:00.123456789 +0000 UTC`, and then some

// RFC 3339; its kin with a space, slashes (Go's log), a comma before the fraction, +0100 (zap), or no zone at all.
const STAMP =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(?:(Z)|([+-])(\d\d):?(\d\d))(?!\w))?/;
const NUMBER = /^\d{1,19}(?:\.\d{1,18})?(?:e\+\d\d)?(?=[\s",}\]]|$)/;
// k8s.io/klog, github.com/golang/glog: Lmmdd hh:mm:ss.uuuuuu
const KLOG = /^[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d{3} /;
const KEY = /"(?:@timestamp|timestamp|time|ts|t)" ?: ?"?|(?<!\S)(?:timestamp|time|ts|t)="?/g;

const YEAR_2000 = Date.UTC(2000, 0);
const YEAR_2100 = Date.UTC(2100, 0);
const DAY = 86_400_000;

/**
 * The time that the application gave a record, in ms since the epoch: at the record's start, or under the key its
 * logger uses (JSON, logfmt). A time without a zone is taken in this process's zone (TZ); one without a year
 * (klog) is the last such day at `now`. What lies outside of 2000 to 2099 is no time.
 */
export function timeOf(record: string, now: number): number | undefined {
  const text = withoutColour(record);
  const start = text.startsWith('[') ? text.slice(1, LONGEST) : text.slice(0, LONGEST);
  return stamp(start) ?? fractionOfSeconds(start) ?? klogTime(start, now) ?? timeUnderKey(text);
}

/** The time that a text starts with, written out or as a number, in ms since the epoch. */
export function timeAt(text: string): number | undefined {
  return stamp(text) ?? epoch(text);
}

function timeUnderKey(text: string): number | undefined {
  for (const key of text.matchAll(KEY)) {
    const start = key.index + key[0].length;
    const time = timeAt(text.slice(start, start + LONGEST));
    if (time !== undefined) return time;
  }
  return undefined;
}

function stamp(text: string): number | undefined {
  const parts = STAMP.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, zoneHour, zoneMinute] = parts;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const fields = [year, month, day, hour, minute, second].map(Number);
  if (sign === undefined && utc === undefined) return plausible(localTime(fields, ms));
  const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  const time = utcTime(fields, ms);
  return time === undefined ? undefined : plausible(time - offset);
}

/**
 * A number at the start of a line may be anything; as `1.795427059170426e+09`
 * (zap's console) or 1795427059.17 it is a time.
 */
function fractionOfSeconds(text: string): number | undefined {
  return /^\d+\.\d/.test(text) ? epoch(text) : undefined;
}

/** Seconds, ms, µs or ns since the epoch: no two of them are plausible for one number. */
function epoch(text: string): number | undefined {
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) return undefined;
  for (const unit of [1e3, 1, 1e-3, 1e-6]) {
    const time = plausible(Math.round(Number(number) * unit));
    if (time !== undefined) return time;
  }
  return undefined;
}

/** The clock of the machine that wrote it may be a day ahead; New Year may lie between the record and now. */
function klogTime(text: string, now: number): number | undefined {
  const parts = KLOG.exec(text);
  if (parts === null) return undefined;
  const [, month, day, hour, minute, second, ms] = parts.map(Number);
  const year = new Date(now).getFullYear();
  for (const candidate of [year + 1, year, year - 1]) {
    const time = localTime([candidate, month, day, hour, minute, second], ms);
    if (time !== undefined && time <= now + DAY) return plausible(time);
  }
  return undefined;
}

type Fields = (number | undefined)[];

function utcTime([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: Fields, ms = 0) {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function localTime([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: Fields, ms = 0) {
  const date = new Date(year, month - 1, day, hour, minute, second, ms);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : undefined;
}

function plausible(time: number | undefined): number | undefined {
  return time !== undefined && time >= YEAR_2000 && time < YEAR_2100 ? time : undefined;
}
