import type { Scope } from '#libs/api-clients';

/** What a controller's calls are about. One without a tag keeps the document from being made. */
const TAGS = {
  PinKeys: ['PIN keys', 'The keys that PINs are encrypted with, signed by the HSM'],
  Pins: [
    'PINs',
    'Setting, validating, changing and resetting PINs, each in an envelope that only the HSM opens',
  ],
  Cards: ['Cards', 'Registering, finding and closing cards'],
  ChipCommands: [
    'Chips',
    'What the chips of cards do not know yet, for the authorisation host (docs/integration/chip.md)',
  ],
  CardImports: ['Card imports', 'Registering many cards in one call'],
  Otps: ['One-time passwords', 'Codes that the cardholder gets by the message gateway of the issuer'],
  Reveal: ['Card data', 'Full card data, encrypted to a key of the caller'],
  Sandbox: ['Sandbox', 'For tests of callers, outside production (docs/sandbox.md)'],
  Tokens: [
    'Access tokens',
    'Client credentials for a token (RFC 6749), and the keys that tokens are checked with',
  ],
  Jwks: ['Access tokens', ''],
  Metadata: ['Access tokens', ''],
  OwnSecret: ['Own secret', 'A client changes its own secret'],
  OwnKeys: ['Own keys', 'A client changes its own keys or certificates'],
  AdminCards: ['Operators: cards', 'Cards as operators see them, and unlocking'],
  Approvals: ['Operators: approvals', 'What takes a second person'],
  AdminClients: ['Operators: clients', 'API clients of the tenant, with scopes, addresses and secrets'],
  ClientKeys: ['Operators: clients', ''],
  ClientDemands: ['Operators: clients', ''],
  Persons: ['Operators: persons', 'Whom clients of operators may name'],
  Brakes: ['Operators: brakes', 'Stopping a client, a card, an operation or everything at once'],
  Alarms: ['Operators: alarms', 'Guessing, found by client and tenant'],
  Overview: ['Operators: overview', 'Whether everything is sound, and what happened in the last hours'],
  Incidents: ['Operators: incidents', 'Cards that one bad release has locked, restored together'],
  Policy: ['Operators: policy', 'What all services of the database go by'],
  Keys: [
    'Operators: keys',
    'Keys of the HSM: generations, dates, holders, and what still needs an earlier one',
  ],
  AdminAudit: ['Operators: audit trail', 'Sealed events with proofs, as a Merkle tree'],
  WebhookEndpoints: ['Operators: webhook endpoints', 'Where events go, and what became of their deliveries'],
  ApiDocument: ['API document', 'This document'],
  Health: ['Health', 'Probes of load balancers and supervisors'],
  Metrics: ['Metrics', 'Counters and gauges, in the format of Prometheus'],
} as const satisfies Readonly<Record<string, readonly [name: string, description: string]>>;

/** @param handler "CardsController.read" */
export function tagOf(handler: string): string {
  const tag = Object.entries(TAGS).find(([controller]) => handler.startsWith(`${controller}Controller.`));
  if (tag === undefined) throw new Error(`${handler} has no tag`);
  return tag[1][0];
}

/** Those that these names mention, in the order of the table. */
export function tagsNamed(names: ReadonlySet<string>): readonly { name: string; description: string }[] {
  return Object.values(TAGS)
    .filter(([name, description]) => names.has(name) && description !== '')
    .map(([name, description]) => ({ name, description }));
}

/** What a token with this scope may do. */
export const SCOPES_EXPLAINED: Readonly<Record<Scope, string>> = {
  'cards:read': 'Read cards and find them by their reference',
  'cards:write': 'Register cards and close them',
  'cards:import': 'Import many cards in one call, and read what became of it',
  'cards:reveal': 'Get full card data, with a one-time password, encrypted',
  'pin:set': 'Set the first PIN of a card',
  'pin:validate': 'Validate PINs',
  'pin:change': 'Change PINs, with a one-time password',
  'pin:reset': 'Reset forgotten PINs, with a one-time password',
  'otp:issue': 'Issue one-time passwords',
  'chip:report': 'Report what issuer scripts have told the chips of cards',
  'ops:read':
    'List and read cards, brakes, alarms, keys, the policy and the state of the service as an operator',
  'ops:unlock': 'Unlock cards, and decide on unlocks',
  'ops:clients': 'Manage API clients and persons of the tenant, and decide on clients',
  'ops:policy': 'Read and change the policy, and read which keys are due',
  'ops:brakes': 'Stop things, and let them go',
  'ops:incidents': 'Restore cards that a bad release has locked, and decide on it',
  'audit:read': 'Read the audit trail and its proofs',
  'webhooks:manage': 'Manage webhook endpoints',
};
