import { parseCri } from './framing/cri.ts';
import { parseDocker } from './framing/docker.ts';
import type { Part, StdStream } from './framing/part.ts';

/** One line as the application wrote it, and what its frame told of it. */
export interface Frame {
  text: string;
  stream?: StdStream;
  /** When the container runtime read it, in ms since the epoch. */
  at?: number;
}

/** Takes the lines of one log, in order, and gives what the application wrote. */
export interface FrameDecoder {
  /** `open`: a part waits for its end, so the next line is wanted, whatever is in it. */
  decode(line: string): { record?: Frame; open: boolean };
  /** What was begun and will not be ended, because the log is. */
  flush(): Frame[];
}

const MAX_LENGTH = 64 * 1024;
const MAX_PARTS = 1024;

interface Begun extends Required<Frame> {
  parts: number;
  /** It was given out at its greatest length; what still comes of it is dropped. */
  full: boolean;
}

/**
 * Undoes what a container runtime (containerd, CRI-O, Docker) did to an application's lines: takes the frame off, and
 * joins the parts of a long line. The frame is told line by line, for a log may change its format.
 */
export function createFrameDecoder(): FrameDecoder {
  const begun = new Map<StdStream, Begun>();

  function decode(line: string) {
    const part = parseCri(line) ?? parseDocker(line);
    const record = part === undefined ? { text: line } : join(part);
    return { ...(record && { record }), open: begun.size > 0 };
  }

  function join({ stream, at, text, last }: Part): Frame | undefined {
    const line = begun.get(stream) ?? { text: '', stream, at, parts: 0, full: false };
    if (last) begun.delete(stream);
    else begun.set(stream, line);
    if (line.full) return undefined;
    line.text += text;
    line.parts++;
    line.full = line.text.length >= MAX_LENGTH || line.parts >= MAX_PARTS;
    return last || line.full ? give(line) : undefined;
  }

  function flush() {
    const left = [...begun.values()].filter((line) => !line.full).map(give);
    begun.clear();
    return left;
  }

  return { decode, flush };
}

function give({ text, stream, at }: Begun): Frame {
  return { text: text.slice(0, MAX_LENGTH), stream, at };
}
