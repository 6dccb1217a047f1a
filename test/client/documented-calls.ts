import type { BackendKit } from './backend-kit.js';

/** Calls that are no backend's: what asks for tokens, what watches the service, files and pages for people. */
const OF_OTHERS = /^(Tokens|Health|Metrics|ApiDocument|ApiPages)_|^AdminAudit_export$/;

interface Documented {
  readonly operationId?: string;
  readonly responses: object;
}

/** The calls that a listener's document has, each with its good answers. */
export async function documented(kit: BackendKit, listener: string): Promise<Map<string, readonly number[]>> {
  const { body } = await kit.kit.service.request('GET', `${listener}/openapi.json`);
  const { paths } = body as { readonly paths: object };
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Documented>>)
      .filter(([, { operationId = '' }]) => !OF_OTHERS.test(operationId))
      .map(([method, { responses }]) => [`${method.toUpperCase()} ${path}`, goodOnes(responses)] as const),
  );
  return new Map(all.toSorted());
}

/** The same of the client's methods. */
export function methodsOf(
  table: Readonly<Record<string, { readonly route: string; readonly answers: object }>>,
): Map<string, readonly number[]> {
  const all = Object.values(table).map(({ route, answers }) => [route, goodOnes(answers)] as const);
  return new Map(all.toSorted());
}

function goodOnes(responses: object): readonly number[] {
  return Object.keys(responses)
    .filter((status) => /^2\d\d$/.test(status))
    .map(Number);
}
