/** What message.ts uses of dns-packet; its own types (@types/dns-packet 5.6.5) lack the codecs of single records. */
declare module 'dns-packet' {
  export interface Encodable {
    type: 'query';
    id: number;
    flags: number;
    questions: { type: string; name: string }[];
    additionals?: {
      type: 'OPT';
      name: '.';
      udpPayloadSize: number;
      flags: number;
      options: { code: number; data: Buffer }[];
    }[];
  }

  export const RECURSION_DESIRED: number;
  export const DNSSEC_OK: number;

  export function encode(message: Encodable): Buffer;

  /** Reads from the length of the data on; `bytes` is what the last call made of it, those two included. */
  interface Codec<T> {
    decode: { (message: Buffer, offset: number): T; bytes: number };
  }
  export const txt: Codec<Buffer[]>;
  export const mx: Codec<{ preference: number }>;
  export const srv: Codec<{ priority: number; weight: number; port: number }>;
  export const soa: Codec<{
    serial: number;
    refresh: number;
    retry: number;
    expire: number;
    minimum: number;
  }>;
}
