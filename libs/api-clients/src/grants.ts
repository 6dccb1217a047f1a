import { CARD_APP_SCOPES } from './scopes.js';

/**
 * The scopes that the caller may not grant, nor take over with another client's secret: a person cannot grant a scope
 * that they lack. No operator can hold scopes of card apps; `ops:clients`, which every such call needs, is the right to
 * grant those. With APPROVALS=2 a second person must agree.
 */
export function ungrantable(scopes: readonly string[], held: ReadonlySet<string>): string[] {
  return scopes.filter((scope) => !held.has(scope) && !CARD_APP_SCOPES.some((known) => known === scope));
}
