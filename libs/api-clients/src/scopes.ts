export const CARD_APP_SCOPES = [
  'cards:read',
  'cards:write',
  'cards:import',
  'cards:reveal',
  'pin:set',
  'pin:validate',
  'pin:change',
  'pin:reset',
  'otp:issue',
  'chip:report',
] as const;

export const OPERATOR_SCOPES = [
  'ops:read',
  'ops:unlock',
  'ops:clients',
  'ops:policy',
  'ops:brakes',
  'ops:incidents',
  'audit:read',
  'webhooks:manage',
] as const;

/** Every scope of the HTTP contract. No token and no client holds scopes of both kinds. */
export const SCOPES = [...CARD_APP_SCOPES, ...OPERATOR_SCOPES] as const;

export type Scope = (typeof SCOPES)[number];
