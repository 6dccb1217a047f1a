import type { Schemas } from '../../api/client.js';

type Approval = Schemas['Approval'];
export type Kind = Approval['kind'];

/** What is asked for, as one says it; and the scope that decides on it (docs/http-api.md, "What takes two persons"). */
const KINDS: Readonly<Record<Kind, readonly [name: string, scope: string]>> = {
  unlock: ['Unlock a card', 'ops:unlock'],
  'client-create': ['Register a client', 'ops:clients'],
  'client-rotate-secret': ['Give a client a new secret', 'ops:clients'],
  'client-rotate-keys': ['Give a client other keys', 'ops:clients'],
  'client-change': ['Change a client', 'ops:clients'],
  'demand-change': ['Change what clients have to meet', 'ops:policy'],
  'webhook-create': ['Add a webhook endpoint', 'webhooks:manage'],
  'webhook-rotate-secret': ['Give a webhook endpoint a new secret', 'webhooks:manage'],
  'policy-change': ['Change the policy', 'ops:policy'],
  'brake-release': ['Release a brake', 'ops:brakes'],
  'incident-restore': ['Restore the cards of an incident', 'ops:incidents'],
};

/** Whether this version knows what comes of it. */
export function isKnownKind(kind: Kind): boolean {
  return Object.hasOwn(KINDS, kind);
}

/** Kinds are added within /v1: one that is not known here keeps its own name. */
export function nameOfKind(kind: Kind): string {
  return (KINDS as Readonly<Partial<Record<string, readonly [string, string]>>>)[kind]?.[0] ?? kind;
}

export function scopeOfKind(kind: Kind): string | null {
  return (KINDS as Readonly<Partial<Record<string, readonly [string, string]>>>)[kind]?.[1] ?? null;
}

/** What the person at hand may do with a request, and why not. */
export interface Rights {
  readonly isOwn: boolean;
  readonly isOpen: boolean;
  readonly lacks: string | null;
  /** A secret has come of it, which the person who asked has not seen yet. */
  readonly mayCollect: boolean;
}

/** So long after the approval the secret is there (docs/http-api.md). */
const COLLECTED_WITHIN_MS = 24 * 3_600_000;

/** Persons are told apart by the subject; a display name is no identity. */
export function rightsOn(
  approval: Pick<Approval, 'kind' | 'status' | 'requestedBy' | 'decidedAt' | 'collected'>,
  person: { readonly subject: string; readonly scopes: readonly string[] },
  now: number,
): Rights {
  const scope = scopeOfKind(approval.kind);
  const isOwn = approval.requestedBy === person.subject;
  const since = approval.decidedAt === undefined ? Infinity : now - Date.parse(approval.decidedAt);
  return {
    isOwn,
    isOpen: approval.status === 'pending',
    lacks: scope === null || person.scopes.includes(scope) ? null : scope,
    mayCollect:
      isOwn && approval.status === 'approved' && approval.collected === false && since < COLLECTED_WITHIN_MS,
  };
}
