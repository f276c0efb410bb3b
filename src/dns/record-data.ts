import { mx, soa, srv, txt } from 'dns-packet';
import { addressText } from './address.ts';
import { TYPES } from './codes.ts';
import { nameText, quotedText } from './presentation.ts';
import { type ReadName, type ResourceRecord, readName } from './wire.ts';

/** Reads a name of the data; throws where there is none. */
type NameReader = (offset: number) => ReadName;

/** What the data of a type are and where they end. `at` is where they begin. */
type Decode = (message: Buffer, at: number, name: NameReader) => { text: string; end: number };

const address =
  (bytes: number): Decode =>
  (message, at) => ({ text: addressText(message.subarray(at, at + bytes)), end: at + bytes });

const onlyName: Decode = (_, at, name) => {
  const { labels, end } = name(at);
  return { text: nameText(labels), end };
};

/**
 * The types whose data are read; all others are shown as bytes. dns-packet reads strings and numbers. Names are read
 * here: dns-packet makes two labels of one with a dot, loses bytes that are no UTF-8, and says of any SRV that it ends
 * where it should. Addresses too: its IPv6 text is not RFC 5952's.
 */
const DECODE: Readonly<Record<number, Decode>> = {
  [TYPES.A]: address(4),
  [TYPES.AAAA]: address(16),
  [TYPES.TXT]: (message, at) => ({
    text: txt
      .decode(message, at - 2)
      .map(quotedText)
      .join(' '),
    end: at - 2 + txt.decode.bytes,
  }),
  [TYPES.NS]: onlyName,
  [TYPES.CNAME]: onlyName,
  [TYPES.PTR]: onlyName,
  [TYPES.MX]: (message, at, name) => {
    const { labels, end } = name(at + 2);
    return { text: `${mx.decode(message, at - 2).preference} ${nameText(labels)}`, end };
  },
  [TYPES.SRV]: (message, at, name) => {
    const { labels, end } = name(at + 6);
    const { priority, weight, port } = srv.decode(message, at - 2);
    return { text: `${priority} ${weight} ${port} ${nameText(labels)}`, end };
  },
  [TYPES.SOA]: (message, at, name) => {
    const server = name(at);
    const mailbox = name(server.end);
    const { serial, refresh, retry, expire, minimum } = soa.decode(message, at - 2);
    const numbers = [serial, refresh, retry, expire, minimum].join(' ');
    return {
      text: `${nameText(server.labels)} ${nameText(mailbox.labels)} ${numbers}`,
      end: at - 2 + soa.decode.bytes,
    };
  },
};

/**
 * The data of a record as text, as dig shows them. Undefined for a type that is not read here.
 *
 * @param charge told of each name that was read
 * @throws any Error where the data are not of that type's form
 */
export function dataText(
  message: Uint8Array,
  { type, dataAt, end }: ResourceRecord,
  charge: (name: ReadName) => void,
): string | undefined {
  const decode = DECODE[type];
  if (!decode) return undefined;
  // Ends with the record: dns-packet would read on into the next one.
  const view = Buffer.from(message.buffer, message.byteOffset, end);
  const decoded = decode(view, dataAt, (offset) => {
    const name = readName(view, offset);
    if (!name) throw new Error(`no name at byte ${offset}`);
    charge(name);
    return name;
  });
  if (decoded.end !== end) throw new Error(`the data end at byte ${decoded.end}, the record at ${end}`);
  return decoded.text;
}
