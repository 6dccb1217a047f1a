export const INCIDENT_STATES = ['searching', 'previewed', 'running', 'done', 'cancelled', 'lapsed'] as const;
/**
 * `searching`: cards are being found. `previewed`: the cards are fixed, nothing is restored. `running`: it was decided,
 * and waits for its turn or restores. The others are ends; a preview that no person decided on lapses.
 */
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const CARD_OUTCOMES = ['planned', 'restored', 'kept-out'] as const;
export type CardOutcome = (typeof CARD_OUTCOMES)[number];

/** Why a card is kept out, in the order in which the causes are looked for (docs/incidents.md). */
export const KEPT_OUT_CAUSES = [
  'closed',
  'already-unlocked',
  'changed',
  'history-incomplete',
  'other-lock',
  'suspicion',
  'other-tries',
  'restored-before',
  'reset-required',
  'frozen',
] as const;
export type KeptOutCause = (typeof KEPT_OUT_CAUSES)[number];

/** Which cards: those that such tries have locked. Times are RFC 3339, UTC; each window is without its end. */
export interface IncidentFilter {
  /** When the wrong tries were made. */
  readonly triedFrom: string;
  readonly triedTo: string;
  /** When the card was locked; otherwise whenever such a try did it. */
  readonly lockedFrom?: string | undefined;
  readonly lockedTo?: string | undefined;
  /** The client that spent the tries. */
  readonly clientId?: string | undefined;
  /** Ranges in CIDR notation. */
  readonly sourceAddresses?: readonly string[] | undefined;
}

export interface Incident {
  readonly tenantId: string;
  readonly incidentId: string;
  readonly state: IncidentState;
  readonly filter: IncidentFilter;
  readonly reason: string;
  readonly openedBy: string;
  readonly openedAt: Date;
  /** A preview lapses then. */
  readonly expiresAt: Date;
  readonly searchedUntil: Date;
  readonly searchEnd: Date;
  /** SHA-256 in hex over the cards to restore, once they are fixed. */
  readonly cardsHash: string | null;
  readonly requestedBy: string | null;
  readonly requestedThrough: string | null;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
  readonly startedAt: Date | null;
  /** What holds up a restoration that was decided. */
  readonly waitsFor: 'brake' | 'audit-trail' | null;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
}

export interface IncidentCounts {
  /** Still to be restored; once the incident has ended: left as they were. */
  readonly planned: number;
  readonly restored: number;
  readonly keptOut: number;
  /** Failures in a row that restored cards have no more. */
  readonly failuresTakenBack: number;
  readonly causes: Partial<Record<KeptOutCause, number>>;
}

export interface IncidentCard {
  readonly cardId: string;
  readonly cardRef: string;
  /** "XXXX1234"; null without card data. */
  readonly maskedPan: string | null;
  readonly outcome: CardOutcome;
  readonly cause: KeptOutCause | null;
  /** The card's event number when it was found. */
  readonly eventNo: string;
  /** Of the card, when it was found. */
  readonly failures: number;
  /** That a restoration takes back, or took back. */
  readonly failuresTakenBack: number;
  readonly decidedAt: Date;
}

/** More would be no release, but a tenant. */
export const CARDS_AT_MOST = 50_000;
