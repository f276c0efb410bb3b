/** The part of dns-packet that the lab uses; the package carries no types and flattens rcodes into `flags`. */
declare module 'dns-packet' {
  export interface Question {
    type: string;
    name: string;
  }

  export interface Packet {
    type?: 'query' | 'response';
    id?: number;
    flags?: number;
    questions?: Question[];
    answers?: { type: string; name: string; ttl?: number; data: string }[];
  }

  export const RECURSION_DESIRED: number;
  export const RECURSION_AVAILABLE: number;
  export const TRUNCATED_RESPONSE: number;

  export function decode(message: Uint8Array): Packet;
  export function encode(packet: Packet): Buffer;
}
