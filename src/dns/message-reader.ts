import { CLASS_IN, rcodeText, TYPES, typeText } from './codes.ts';
import { type Edns, readEdns } from './edns.ts';
import type { Fault, Message, MessageRecord } from './message.ts';
import { MessageError } from './message-error.ts';
import { classText, genericText, nameText } from './presentation.ts';
import { dataText } from './record-data.ts';
import {
  HEADER_BYTES,
  type Header,
  nameLength,
  type ReadName,
  type ResourceRecord,
  readQuestion,
  readRecord,
} from './wire.ts';

/** Bytes of names, compressed ones counted whole: four times the largest message. Honest ones stay far below. */
const MAX_NAME_WORK = 4 * 65_535;

/** Goes through one message, section by section, to its end or to where it is cut. */
export class MessageReader {
  readonly #message: Uint8Array;
  readonly #header: Header;
  readonly #faults: Fault[] = [];
  #at: number | undefined = HEADER_BYTES;
  #work = 0;
  #edns: Edns | undefined;

  constructor(message: Uint8Array, header: Header) {
    this.#message = message;
    this.#header = header;
  }

  read(): Message {
    const header = this.#header;
    const questions = this.#questions(header.questions);
    const answers = this.#records('answer', header.answers);
    const authorities = this.#records('authority', header.authorities);
    const additionals = this.#records('additional', header.additionals);
    const left = this.#message.length - (this.#at ?? this.#message.length);
    if (left > 0) this.#fault('trailing', `${left} bytes after the end`);
    const edns = this.#edns;
    const rcode = rcodeText(header.rcode + 16 * (edns?.extendedRcode ?? 0));
    return { header, rcode, questions, answers, authorities, additionals, edns, faults: this.#faults };
  }

  #questions(count: number) {
    const questions: Message['questions'][number][] = [];
    while (this.#at !== undefined && questions.length < count) {
      const question = readQuestion(this.#message, this.#at);
      if (!question) return this.#cut(questions, 'question', count);
      this.#charge(question);
      this.#at = question.end;
      const { labels, type } = question;
      questions.push({ name: nameText(labels), type: typeText(type), class: classText(question.class) });
    }
    return questions;
  }

  #records(section: string, count: number): MessageRecord[] {
    const records: MessageRecord[] = [];
    for (let nth = 0; this.#at !== undefined && nth < count; nth++) {
      const record = readRecord(this.#message, this.#at);
      if (!record) return this.#cut(records, section, count);
      this.#charge({ labels: record.owner });
      this.#at = record.end;
      if (record.type === TYPES.OPT) this.#opt(record);
      else records.push(this.#record(record));
    }
    return records;
  }

  #record(record: ResourceRecord): MessageRecord {
    const name = nameText(record.owner);
    const type = typeText(record.type);
    const { ttl } = record;
    return {
      name,
      type,
      class: classText(record.class),
      ttl,
      data: this.#data(record, `${type} of ${name}`),
    };
  }

  #data(record: ResourceRecord, what: string): string {
    const bytes = this.#message.subarray(record.dataAt, record.end);
    if (record.class !== CLASS_IN) return genericText(bytes);
    try {
      return dataText(this.#message, record, (name) => this.#charge(name)) ?? genericText(bytes);
    } catch (error) {
      if (error instanceof MessageError) throw error;
      this.#fault('data', `${what}: ${(error as Error).message}`);
      return genericText(bytes);
    }
  }

  #opt(record: ResourceRecord): void {
    const edns = readEdns(this.#message, record);
    if (!edns) this.#fault('opt', 'an option is longer than its OPT record');
    else if (this.#edns) this.#fault('opt', 'more than one OPT record');
    else this.#edns = edns;
  }

  #charge({ labels }: Pick<ReadName, 'labels'>): void {
    this.#work += nameLength(labels);
    if (this.#work <= MAX_NAME_WORK) return;
    throw new MessageError(
      'NAME_WORK',
      `names of more than ${MAX_NAME_WORK} bytes in a message of ${this.#message.length}`,
    );
  }

  #cut<T>(entries: T[], section: string, count: number): T[] {
    this.#fault('cut', `the ${section} section ends after ${entries.length} of ${count}`);
    this.#at = undefined;
    return entries;
  }

  #fault(code: Fault['code'], text: string): void {
    this.#faults.push({ code, text });
  }
}
