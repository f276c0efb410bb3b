import { isSpace } from '../c-text.ts';

/** A word, and the character that ended it; undefined: the end of the file, or the word was too long. */
export interface Word {
  word: string;
  stop: string | undefined;
}

const BLANK = /[ \t\v\f\r]/;
/** lib/irs/resconf.c, RESCONFMAXLINELEN, less the NUL. */
const LONGEST_WORD = 255;

/**
 * Words of resolv.conf as BIND's libirs takes them off the file (lib/irs/resconf.c: getword, eatwhite, eatline). Lines
 * count for little here: a keyword that is alone on its line takes the first word of the next one.
 */
export class WordReader {
  readonly #text: string;
  #at = 0;
  #wordAt = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line, from 1, of the word read last. */
  get lineOfWord(): number {
    return this.#text.slice(0, this.#wordAt).split('\n').length;
  }

  /** The next word of this line; empty at its end or before a comment. */
  word(): Word {
    const first = this.skipBlanks();
    if (first === undefined) return { word: '', stop: undefined };
    // skipBlanks has taken the word's first character.
    this.#wordAt = this.#at - 1;
    let word = '';
    for (let unit: string | undefined = first; unit !== undefined; unit = this.#next()) {
      if (isSpace(unit)) return { word, stop: unit };
      if (word.length === LONGEST_WORD) break;
      word += unit;
    }
    return { word, stop: undefined };
  }

  /** All words up to the end of the line. */
  words(): string[] {
    const words: string[] = [];
    for (let { word, stop } = this.word(); word !== ''; { word, stop } = this.word()) {
      words.push(word);
      if (stop === undefined || stop === '\n') break;
    }
    return words;
  }

  /** Takes blanks and a comment. @returns the character after them, taken too; undefined: the end of the file */
  skipBlanks(): string | undefined {
    let unit = this.#next();
    while (unit !== undefined && BLANK.test(unit)) unit = this.#next();
    return unit === ';' || unit === '#' ? this.skipLine() : unit;
  }

  /** Takes the rest of the line. @returns `\n`, or undefined: the end of the file */
  skipLine(): string | undefined {
    let unit = this.#next();
    while (unit !== undefined && unit !== '\n') unit = this.#next();
    return unit;
  }

  #next(): string | undefined {
    return this.#text[this.#at++];
  }
}
