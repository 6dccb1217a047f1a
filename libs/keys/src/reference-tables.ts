import type { KeyKind } from '#libs/hsm';

/** How rows come off a generation: by `pinctl keys reseal`, by the cards' own PIN operations, or by their end. */
export const WAYS_OFF = ['reseal', 'cards', 'time'] as const;
export type WayOff = (typeof WAYS_OFF)[number];

/** Rows that can be read only with the key that they name. */
export interface Reference {
  /** In words for an operator. */
  readonly what: string;
  readonly wayOff: WayOff;
  readonly table: string;
  readonly generationColumn: string;
  /** Which rows have need of a key at all. */
  readonly where: string;
  /** That leads to them, where they are few in a large table. */
  readonly index?: { readonly columns: string; readonly where: string };
}

/** What in the database can be read only with a key of this kind. */
export const REFERENCES: Readonly<Partial<Record<KeyKind, readonly Reference[]>>> = {
  'pin-wrapping': [
    {
      what: 'PIN verifiers',
      wayOff: 'cards',
      table: 'cards',
      generationColumn: 'verifier_generation',
      where: 'verifier_generation IS NOT NULL',
    },
    {
      what: 'verifiers of earlier PINs',
      wayOff: 'cards',
      table: 'pin_history',
      generationColumn: 'verifier_generation',
      where: 'true',
    },
  ],
  'card-vault': [
    {
      what: 'cards with sealed data',
      wayOff: 'reseal',
      table: 'card_data',
      generationColumn: 'seal_generation',
      where: 'true',
    },
  ],
  lookup: [
    {
      what: 'PAN fingerprints',
      wayOff: 'reseal',
      table: 'card_data',
      generationColumn: 'fingerprint_generation',
      where: 'true',
    },
  ],
  otp: [
    {
      what: 'one-time passwords',
      wayOff: 'time',
      table: 'one_time_passwords',
      generationColumn: 'mac_generation',
      where: `status = 'live' AND expires_at > clock_timestamp()`,
      index: { columns: 'tenant_id, card_id, purpose', where: `status = 'live'` },
    },
  ],
  secrets: [
    {
      what: 'webhook secrets',
      wayOff: 'reseal',
      table: 'webhook_secrets',
      generationColumn: 'sealed_generation',
      where: 'true',
    },
    {
      what: 'sealed events',
      wayOff: 'time',
      table: 'outbox_events',
      generationColumn: 'sealed_generation',
      where: 'sealed IS NOT NULL',
      index: { columns: 'expires_at', where: 'sealed IS NOT NULL' },
    },
  ],
};
