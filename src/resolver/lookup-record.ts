/** A lookup as it went, for memory, rules and people: what the resolver sent and got, what it gave, and why. */
import type { Answer } from './model.ts';

/** What interface.md's document has of a lookup, without model, name and family. */
export interface LookupRecord extends Answer {
  durationMs: number;
  queries: QueryRecord[];
  /** One line a decision. */
  because: string[];
}

/** One query as it left, and the reply with its id, if any came. Times in ms since the lookup began. */
export interface QueryRecord {
  atMs: number;
  proto: 'udp' | 'tcp';
  server: string;
  sourcePort: number;
  name: string;
  type: string;
  edns: number | null;
  reply: ReplyRecord | null;
  /** Where there is no reply: until when one would have been taken, and what the kernel said in its place. */
  unanswered?: { untilMs: number; errno?: string };
}
export interface ReplyRecord {
  atMs: number;
  rcode: string;
  tc: boolean;
  /** ANCOUNT */
  answers: number;
  bytes: number;
}
