import { body, operation } from '../backend/calls/operation.js';

export type HsmKeyKind =
  | 'pin-transport'
  | 'pin-wrapping'
  | 'lookup'
  | 'otp'
  | 'card-vault'
  | 'secrets'
  | 'token-signing'
  | 'audit-signing'
  | 'manifest-signing';

/** Rows that only one generation can read. */
export interface HsmKeyNeed {
  /** In words. */
  readonly what: string;
  /** How they leave it: `pinctl keys reseal`, PIN operations of their cards, or time. */
  readonly wayOff: 'reseal' | 'cards' | 'time';
  /** False: an estimate from a part of the rows. */
  readonly exact: boolean;
  /** Of the rows of all tenants: 0 where none was found, 100 where all of them name it. */
  readonly installationPercent: number;
  /** Rows of the caller's tenant that name this generation, and any. */
  readonly tenant: { readonly rows: number; readonly of: number };
}

export interface HsmKeyGeneration {
  /** Kind and generation. */
  readonly key: string;
  readonly generation: number;
  readonly state: 'announced' | 'prepared' | 'current' | 'accepted' | 'expired' | 'retired';
  readonly registeredAt: string;
  readonly ageDays: number;
  readonly expiresAt?: string | undefined;
  /** Of the uses after which it is due, where uses are counted. */
  readonly usedPercent?: number | undefined;
  /** RFC 7638, of pairs of keys. */
  readonly thumbprint?: string | undefined;
  readonly neededBy: readonly HsmKeyNeed[];
  /** How many processes hold it. */
  readonly heldBy: number;
}

/** What is next for a kind of key (docs/key-ceremony.md). */
export interface HsmKeyStep {
  readonly what:
    'init' | 'go-on' | 'processes' | 'activate' | 'reseal' | 'cards' | 'time' | 'retire' | 'rotate';
  readonly key?: string | undefined;
  /** Of pinctl; absent where it takes nothing but time. */
  readonly command?: string | undefined;
  readonly until?: string | undefined;
}

export interface HsmKeyKindState {
  readonly kind: HsmKeyKind;
  readonly purpose: string;
  readonly rotation: { readonly days: number; readonly uses?: number | undefined };
  /** Absent where no generation is current. */
  readonly dueAt?: string | undefined;
  readonly due: boolean;
  readonly steps: readonly HsmKeyStep[];
  /** Newest first; of retired ones the newest 20. */
  readonly generations: readonly HsmKeyGeneration[];
  /** How many generations are retired. */
  readonly retired: number;
}

/** A process that serves, with the keys that it holds. */
export interface HsmKeyProcess {
  readonly replicaId: string;
  readonly host?: string | undefined;
  readonly version?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly seenAt: string;
  readonly keys: Readonly<Record<string, 'announced' | 'current' | 'accepted' | 'retired'>>;
  readonly trouble?: string | undefined;
}

export interface HsmKeys {
  readonly kinds: readonly HsmKeyKindState[];
  readonly processes: readonly HsmKeyProcess[];
}

/** With the scope `ops:read` or `ops:policy`. Ceremonies stay with pinctl. */
export const KEY_OPERATIONS = {
  /** Of each kind of key, or of one: generations, dates, holders, and what still needs an earlier generation. */
  listKeys: operation<{ readonly kind?: HsmKeyKind }>()('GET /v1/admin/keys', {
    answers: { 200: body<HsmKeys> },
  }),
};
