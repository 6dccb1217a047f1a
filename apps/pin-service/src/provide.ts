import type { FactoryProvider } from '@nestjs/common';

type Class<T> = abstract new (...parts: never[]) => T;

/** A part that is a value and no provider: a setting, a policy. */
class Given<T> {
  constructor(readonly value: T) {}
}

export const given = <T>(value: T): Given<T> => new Given(value);

/** An object of a class that knows no Nest, made from these in the order of its constructor. */
export function provide<Parts extends readonly unknown[]>(
  type: new (...parts: Parts) => object,
  parts: { [Index in keyof Parts]: Class<Parts[Index]> | Given<Parts[Index]> },
): FactoryProvider;
/** The same, if it needs more than its constructor. */
export function provide<T extends object, Parts extends readonly unknown[]>(
  type: Class<T>,
  parts: readonly [...{ [Index in keyof Parts]: Class<Parts[Index]> }],
  make: (...parts: Parts) => T | Promise<T>,
): FactoryProvider<T>;
export function provide(
  type: Class<object>,
  parts: readonly (Class<object> | Given<unknown>)[],
  make: (...parts: never[]) => unknown = (...all) => new (type as new (...parts: never[]) => object)(...all),
): FactoryProvider {
  return {
    provide: type,
    inject: parts.flatMap((part) => (part instanceof Given ? [] : [part])),
    useFactory: (...found: unknown[]) => {
      const next = found.values();
      const all = parts.map((part) => (part instanceof Given ? part.value : next.next().value));
      return make(...(all as never[]));
    },
  };
}
