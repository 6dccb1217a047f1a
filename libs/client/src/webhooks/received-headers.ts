/** Headers of a request: of the web platform (`Request.headers`), or an object, as Node.js has it. */
export type HeadersLike =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

/** @param name in any case, as those of the headers. @returns the value; of several in an object the first */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (isWhatwg(headers)) return headers.get(name) ?? undefined;
  const wanted = name.toLowerCase();
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === wanted) ?? [];
  return typeof value === 'string' ? value : value?.[0];
}

function isWhatwg(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}
