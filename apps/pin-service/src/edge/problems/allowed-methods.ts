import type { FastifyInstance } from 'fastify';

/** Knows which methods a path has, so that a wrong method is told from a wrong path (RFC 9110, section 15.5.6). */
export class AllowedMethods {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url, method }) => {
      const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`);
      this.routes.push({ pattern, methods: [method].flat() });
    });
  }

  /** @param url path with or without a query */
  of(url: string): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    return [
      ...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
    ];
  }
}
