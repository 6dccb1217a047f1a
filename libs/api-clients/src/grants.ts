import { CARD_APP_SCOPES } from './scopes.js';

/**
 * Which of these scopes the caller may not grant, or take over with another's secret: nobody grants a scope that they
 * lack. Scopes of card apps no operator can hold; `ops:clients`, which every such call asks for, is the right to grant
 * those, and with APPROVALS=2 a second person has to agree.
 */
export function ungrantable(scopes: readonly string[], held: ReadonlySet<string>): string[] {
  return scopes.filter((scope) => !held.has(scope) && !CARD_APP_SCOPES.some((known) => known === scope));
}
