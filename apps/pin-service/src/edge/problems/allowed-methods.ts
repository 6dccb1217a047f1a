import type { Route } from '../routes/route-table.js';
import type { ZoneName } from '../routes/declarations.js';

interface Pattern extends Pick<Route, 'method' | 'zones'> {
  readonly path: RegExp;
}

/** Knows which methods a path has, so that a wrong method is told from a wrong path (RFC 9110, section 15.5.6). */
export class AllowedMethods {
  private readonly patterns: readonly Pattern[];

  constructor(routes: readonly Route[]) {
    this.patterns = routes.map(({ path, method, zones }) => {
      return {
        path: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`),
        method,
        zones,
      };
    });
  }

  /**
   * @param url path with or without a query
   * @param reached zones of the listener: routes of others do not exist there
   */
  of(url: string, reached: readonly ZoneName[]): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = this.patterns
      .filter((route) => route.path.test(path) && route.zones.some((zone) => reached.includes(zone)))
      // Fastify answers HEAD wherever it answers GET.
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return [...new Set(methods)];
  }
}
