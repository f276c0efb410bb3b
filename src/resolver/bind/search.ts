/** Under which names nslookup and dig look a name up (bin/dig/dighost.c: setup_lookup, next_origin). */
import { MAX_NAME_BYTES, nameLength } from '../../dns/wire.ts';
import { nameFromText } from './name.ts';
import type { Lookup, Session } from './session.ts';

/** setup_lookup: as many dots as ndots, and it is asked as it is. */
export function beginSearch({ conf, tool, because }: Session, lookup: Lookup): Lookup {
  const dots = lookup.text.split('.').length - 1;
  const asIs = dots >= conf.ndots || !tool.searches;
  if (tool.searches && conf.search.length > 0) {
    const name = `${JSON.stringify(lookup.text)} has ${dots === 1 ? '1 dot' : `${dots} dots`}, ndots:${conf.ndots}`;
    because(
      asIs ? `${name}: asked as it is, under no search domain after it` : `${name}: search domains first`,
    );
  }
  if (asIs) return { ...lookup, fresh: false, doneAsIs: true, needSearch: tool.searches };
  return { ...lookup, fresh: false, origin: conf.search.length > 0 ? 0 : undefined };
}

/** The labels to ask for: the name, under the search domain whose turn it is. What is wrong with either is printed. */
export function nameOf(
  { conf, tool, print }: Session,
  { text, origin }: Lookup,
): string[] | 'illegal' | 'too long' {
  const domain = origin === undefined ? '.' : (conf.search[origin] ?? '.');
  const suffix = nameFromText(domain);
  if (!suffix.ok) {
    print(`${tool.name}: '${domain}' is not in legal name syntax (${suffix.why})`, 'failed');
    return 'illegal';
  }
  const name = nameFromText(text);
  if (!name.ok) {
    const complaint = origin === undefined ? 'is not a legal name' : 'is not in legal name syntax';
    print(`${tool.name}: '${text}' ${complaint} (${name.why})`, 'failed');
    return 'illegal';
  }
  const labels = name.absolute ? name.labels : [...name.labels, ...suffix.labels];
  return nameLength(labels) > MAX_NAME_BYTES ? 'too long' : labels;
}

/** next_origin: the lookup under the next search domain, the name as it is last. */
export function nextOrigin({ conf, tool }: Session, lookup: Lookup): Lookup | undefined {
  if (!tool.searches) return undefined;
  const name = nameFromText(lookup.text);
  if (name.ok && (name.absolute || name.labels.length > conf.ndots)) return undefined;
  const { origin, needSearch, doneAsIs } = lookup;
  if (origin === undefined) {
    if (!needSearch) return undefined;
    return { ...lookup, origin: conf.search.length > 0 ? 0 : undefined, needSearch: false };
  }
  const next = origin + 1 < conf.search.length ? origin + 1 : undefined;
  return next === undefined && doneAsIs ? undefined : { ...lookup, origin: next };
}
