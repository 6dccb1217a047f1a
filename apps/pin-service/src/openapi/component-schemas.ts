import { z } from 'zod';
import type { Schema } from './contract-types.js';

/** What is sent is read strictly; to what is answered, members are added. */
type Direction = 'sent' | 'answered';

const WRITTEN_OUT: ReadonlySet<unknown> = new Set(['date-time', 'uuid']);

/** JSON schemas of zod types. Those with an id (`.meta({ id })`) become components, and are referred to. */
export class ComponentSchemas {
  readonly #named = new Map<string, Schema>();

  /** By name. */
  get named(): Readonly<Record<string, Schema>> {
    return byName([...this.#named]);
  }

  /** @throws Error where two types that differ have one id */
  of(type: z.ZodType, direction: Direction): Schema {
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: type }), {
      io: direction === 'sent' ? 'input' : 'output',
      override: ({ zodSchema, jsonSchema }) => {
        delete jsonSchema.id;
        // Left out by the library where what is sent is turned into something else.
        const { examples } = z.globalRegistry.get(zodSchema) ?? {};
        if (Array.isArray(examples)) jsonSchema.examples = examples;
        // What the format says already, at some length.
        if (WRITTEN_OUT.has(jsonSchema.format)) delete jsonSchema.pattern;
        if (direction === 'answered' && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties;
      },
    });
    for (const [name, schema] of Object.entries($defs)) this.add(name, inComponents(schema));
    return inComponents(properties?.['it'] ?? {});
  }

  add(name: string, schema: Schema): void {
    const known = this.#named.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two types are called ${name}`);
    this.#named.set(name, schema);
  }
}

/** In an order that does not change with the order of declarations. */
export function byName<Value>(
  entries: readonly (readonly [string, Value])[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export function component(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function inComponents(schema: unknown): Schema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as Schema;
}
