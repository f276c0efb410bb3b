import { MAX_LABEL_BYTES, MAX_NAME_BYTES, nameLength } from '../../dns/wire.ts';

/**
 * Labels of a name as glibc's ns_name_pton takes them, with which busybox's queries are made (networking/nslookup.c,
 * add_query: res_mkquery): the empty text is the root. Undefined where it is no name: busybox sends what it has not
 * got, and fails.
 */
export function labelsOf(text: string): string[] | undefined {
  if (text === '' || text === '.') return [];
  const labels = [''];
  for (let at = 0; at < text.length; at++) {
    let unit = text[at] ?? '';
    if (unit === '.') {
      if (labels.at(-1) === '') return undefined;
      labels.push('');
      continue;
    }
    if (unit === '\\') {
      const [, digits, other] = /^(?:(\d\d\d)|(\D))/.exec(text.slice(at + 1)) ?? [];
      if (digits === undefined && other === undefined) return undefined;
      if (Number(digits ?? 0) > 255) return undefined;
      unit = other ?? String.fromCharCode(Number(digits));
      at += digits === undefined ? 1 : 3;
    }
    labels[labels.length - 1] += unit;
  }
  if (labels.at(-1) === '') labels.pop();
  const tooLong =
    nameLength(labels) > MAX_NAME_BYTES || labels.some(({ length }) => length > MAX_LABEL_BYTES);
  return tooLong ? undefined : labels;
}
