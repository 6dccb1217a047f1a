import type { Attribute } from 'pkcs11js';
import { ATTRIBUTE_TYPES, type AttributeName } from './constants.js';

export type AttributeValue = boolean | number | string | Buffer;

/** Attributes by name. The order counts: some modules apply a template from first to last. */
export type AttributeValues = Readonly<Partial<Record<AttributeName, AttributeValue>>>;

/** A template in the binding's form. Malformed ones abort the process, so they are built only here. */
export type Template = Attribute[];

export function template(attributes: AttributeValues): Template {
  return attributeEntries(attributes).map(([name, value]) => ({ type: ATTRIBUTE_TYPES[name], value }));
}

/** The attributes in their order, typed. */
export function attributeEntries(attributes: AttributeValues): readonly [AttributeName, AttributeValue][] {
  return Object.entries(attributes).filter((entry): entry is [AttributeName, AttributeValue] => {
    const [name, value] = entry;
    return name in ATTRIBUTE_TYPES && value !== undefined;
  });
}
