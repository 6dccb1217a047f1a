import type { FastifyRequest } from 'fastify';

/**
 * The path of a request in one spelling: its route with the decoded parameters, encoded anew (RFC 3986, section 6.2.2). A
 * query is no part of it: no route that changes anything reads one, and by another query the same request would be
 * another one.
 */
export function canonicalPath({ routeOptions, params, url }: FastifyRequest): string {
  const given = params as Readonly<Record<string, string>>;
  const route = routeOptions.url ?? url;
  return route.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ''));
}
