import { CLASS_IN, FLAGS, TYPES } from './codes.ts';
import { HEADER_BYTES, nameLength } from './wire.ts';

/** One question on its way. */
export interface Query {
  id: number;
  /** Labels as byte strings, as written on the wire: no limits are applied here, for the models know their own. */
  labels: readonly string[];
  type: number;
  /** Sets AD (RFC 6840 section 5.7). */
  authenticData?: boolean;
  /** An OPT record with this UDP payload size (RFC 6891 section 6.2.3). */
  edns?: number;
  /** What that OPT record holds: options as on the wire (RFC 6891 section 6.1.2). */
  options?: Uint8Array;
  /** Other bytes than the above would give: for a resolver that sends what is no proper message. */
  raw?: Uint8Array;
}

/** Root, type, payload size, extended rcode and flags, length of its data. */
const OPT_BYTES = 11;

/** The message of a query: RD set, one question, class IN. */
export function encodeQuery({ id, labels, type, authenticData, edns, options, raw }: Query): Uint8Array {
  if (raw) return raw;
  const optBytes = edns === undefined ? 0 : OPT_BYTES + (options?.length ?? 0);
  // From Node's pool: a lookup makes several of them.
  const message = Buffer.allocUnsafe(HEADER_BYTES + nameLength(labels) + 4 + optBytes).fill(0);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(FLAGS.RD | (authenticData ? FLAGS.AD : 0), 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(edns === undefined ? 0 : 1, 10);
  let at = HEADER_BYTES;
  for (const label of labels) {
    message[at] = label.length;
    for (let index = 0; index < label.length; index++) message[++at] = label.charCodeAt(index);
    at++;
  }
  at = message.writeUInt16BE(type, at + 1);
  at = message.writeUInt16BE(CLASS_IN, at);
  if (edns !== undefined) {
    message.writeUInt16BE(TYPES.OPT, at + 1);
    message.writeUInt16BE(edns, at + 3);
    if (options) {
      message.writeUInt16BE(options.length, at + OPT_BYTES - 2);
      message.set(options, at + OPT_BYTES);
    }
  }
  return message;
}
