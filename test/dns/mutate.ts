import { HEADER_BYTES } from '../../src/dns/wire.ts';

/** A number from 0 to below another. */
export type Random = (below: number) => number;

/** Park and Miller: the same packets for the same seed. */
export function generator(seed: number): Random {
  let state = (seed % 0x7fff_fffe) + 1;
  return (below) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
}

/** Bytes that mean something on the wire. */
const TELLING = [0, 1, 11, 12, 41, 63, 64, 0x80, 0xbf, 0xc0, 0xff];

/** One to six changes of a message: bytes, bits, counts, cuts, pieces of others. */
export function mutated(message: Uint8Array, others: readonly Uint8Array[], random: Random): Buffer {
  let bytes = Buffer.from(message);
  for (let changes = 1 + random(6); changes > 0; changes--) {
    const at = random(bytes.length || 1);
    const kind = random(8);
    if (kind < 2) bytes[at] = TELLING[random(TELLING.length)] ?? 0;
    else if (kind === 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 3) bytes[at] = random(256);
    else if (kind === 4 && bytes.length >= HEADER_BYTES) bytes.writeUInt16BE(random(20), 4 + 2 * random(4));
    else if (kind === 5) bytes = bytes.subarray(0, at);
    else if (kind === 6 && at + 1 < bytes.length) bytes.writeUInt16BE(0xc000 | random(bytes.length), at);
    else {
      const other = others[random(others.length)] ?? bytes;
      const from = random(other.length);
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        other.subarray(from, from + random(40)),
        bytes.subarray(at),
      ]);
    }
  }
  return bytes;
}
