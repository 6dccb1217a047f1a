import type { Schemas } from '../../api/client.js';

type Scope = Schemas['Client']['scopes'][number];

/** What a scope of card apps allows. */
export const CARD_APP_SCOPES: readonly (readonly [scope: Scope, words: string])[] = [
  ['cards:read', 'read cards'],
  ['cards:write', 'register and close cards'],
  ['cards:import', 'import many cards in one call'],
  ['cards:reveal', 'get full card data, with a one-time password, encrypted'],
  ['pin:set', 'set a first PIN'],
  ['pin:validate', 'validate PINs'],
  ['pin:change', 'change PINs'],
  ['pin:reset', 'reset PINs, with a one-time password'],
  ['otp:issue', 'issue one-time passwords'],
  ['chip:report', 'report what chips of cards were told'],
];

/** What a scope of operators allows. */
export const OPERATOR_SCOPES: readonly (readonly [scope: Scope, words: string])[] = [
  ['ops:read', 'see cards, policy, alarms, brakes and incidents'],
  ['ops:unlock', 'unlock cards, which grants guesses'],
  ['ops:clients', 'make clients and rotate their secrets: the right to grant every scope of card apps'],
  ['ops:policy', 'change the policy, and what is demanded of clients'],
  ['ops:brakes', 'stop clients, cards and operations, and let them go'],
  ['ops:incidents', 'restore the cards of an incident'],
  ['audit:read', 'read the audit trail'],
  ['webhooks:manage', 'say where events go'],
];

const ALL = new Map<string, string>([...CARD_APP_SCOPES, ...OPERATOR_SCOPES]);

export function scopeWords(scope: string): string {
  return ALL.get(scope) ?? scope;
}
