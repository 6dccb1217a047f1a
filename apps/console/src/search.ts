/** Members of an address's query, checked by hand. What does not fit is passed over: an address is typed by people. */
export type Query = Readonly<Record<string, unknown>>;

/** A member as text that fits the pattern. */
export function textIn(query: Query, name: string, pattern = /^.{1,512}$/u): string | undefined {
  const value = query[name];
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** A member that is one of a closed set. */
export function oneIn<Value extends string>(
  query: Query,
  name: string,
  values: readonly Value[],
): Value | undefined {
  return values.find((value) => value === query[name]);
}

/** Place in a list, as the service gave it. */
export function cursorIn(query: Query): { readonly cursor?: string } {
  return given({ cursor: textIn(query, 'cursor') });
}

/** Without the members that have no value, so that addresses stay short. */
export function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
}

/** `?last4=0042` is text: the router's own way would make it a number. A member that comes twice counts once. */
export function parseQuery(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

export function stringifyQuery(query: Query): string {
  const members = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value]] : [],
  );
  return members.length === 0 ? '' : `?${new URLSearchParams(members)}`;
}

/** Ids of the service are UUIDs. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A moment as addresses have it: UTC, in whole seconds. @param time milliseconds */
export function momentOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
