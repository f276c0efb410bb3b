import { uint16 } from '../../dns/wire.ts';
import type { Message } from './message.ts';

/** IANA "DNS EDNS0 Option Codes (OPT)": COOKIE (RFC 7873). */
const COOKIE = 10;
const CLIENT_COOKIE_BYTES = 8;
/** RFC 7873 section 8: BADCOOKIE. */
export const BADCOOKIE = 23;

/** OPT's data with one COOKIE option. */
export function cookieOption(cookie: Uint8Array): Uint8Array {
  return Uint8Array.from([0, COOKIE, cookie.length >> 8, cookie.length & 0xff, ...cookie]);
}

/** A client cookie of its own for each run. */
export function clientCookie(random16: () => number): Uint8Array {
  const halves = Array.from({ length: CLIENT_COOKIE_BYTES / 2 }, random16);
  return Uint8Array.from(halves.flatMap((half) => [half >> 8, half & 0xff]));
}

/**
 * The cookie that a reply gives, our part of it first (bin/dig/dighost.c, process_cookie); undefined where it has none
 * or one that does not begin with ours.
 */
export function cookieOf({ bytes, options }: Message, sent: Uint8Array): Uint8Array | undefined {
  if (!options) return undefined;
  for (let at = options.from; at + 4 <= options.to; ) {
    const [code, length] = [uint16(bytes, at), uint16(bytes, at + 2)];
    const value = bytes.subarray(at + 4, Math.min(at + 4 + length, options.to));
    if (code === COOKIE) {
      const ours = sent.subarray(0, CLIENT_COOKIE_BYTES).every((byte, index) => byte === value[index]);
      return ours && value.length >= CLIENT_COOKIE_BYTES ? Uint8Array.from(value) : undefined;
    }
    at += 4 + length;
  }
  return undefined;
}
