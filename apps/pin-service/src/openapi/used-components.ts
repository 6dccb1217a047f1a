import type { ApiDocument } from './contract-types.js';

/** The document without what nothing in it refers to: a listener's components are those of its own operations. */
export function withUsedComponents(document: ApiDocument): ApiDocument {
  const { components, ...rest } = document;
  const used = new Set<string>();
  const follow = (text: string): void => {
    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      follow(JSON.stringify(components[kind]?.[name] ?? null));
    }
  };
  const text = JSON.stringify(rest);
  follow(text);
  // Schemes are named, not referred to.
  for (const name of Object.keys(components['securitySchemes'] ?? {}))
    if (text.includes(`"${name}":[`)) used.add(`securitySchemes/${name}`);
  const kept: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [kind, named] of Object.entries(components)) {
    const usedOnes = Object.entries(named).filter(([name]) => used.has(`${kind}/${name}`));
    if (usedOnes.length > 0) kept[kind] = Object.fromEntries(usedOnes);
  }
  return { ...rest, components: kept };
}
