/** DNS messages in a TCP stream: each follows its length, two bytes (RFC 1035 section 4.2.2). */
import { uint16 } from './wire.ts';

/** A message as it goes into a stream. */
export function framed(message: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message]);
}

/** Takes messages out of a stream. Holds at most one that is not whole yet, 65,537 bytes. */
export class TcpFrames {
  #pending: Uint8Array[] = [];
  #have = 0;

  /** @returns the messages that these bytes complete */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#pending.push(bytes);
    this.#have += bytes.length;
    if (this.#have < 2) return [];
    // Not joined before it is worth it: a server that drips single bytes must not cost the square of them.
    const length = this.#length();
    if (this.#have < 2 + length) return [];
    let stream: Uint8Array = Buffer.concat(this.#pending);
    const messages: Uint8Array[] = [];
    while (stream.length >= 2 && stream.length >= 2 + uint16(stream, 0)) {
      const end = 2 + uint16(stream, 0);
      messages.push(stream.subarray(2, end));
      stream = stream.subarray(end);
    }
    this.#pending = stream.length > 0 ? [stream] : [];
    this.#have = stream.length;
    return messages;
  }

  /** Bytes held of a message that is not whole. */
  get unfinished(): number {
    return this.#have;
  }

  #length(): number {
    const [first] = this.#pending;
    if (first && first.length >= 2) return uint16(first, 0);
    const joined = Buffer.concat(this.#pending);
    this.#pending = [joined];
    return uint16(joined, 0);
  }
}
