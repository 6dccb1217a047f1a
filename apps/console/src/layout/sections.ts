/** A part of the console: its place, and the scopes of which one opens it; none where each person may. */
export interface SectionEntry {
  readonly to: '/' | '/cards' | '/approvals' | '/incidents' | '/audit' | '/clients' | '/webhooks' | '/keys';
  readonly name: string;
  /** Typed after `g`. */
  readonly key: string;
  readonly scopes: readonly string[];
}

/** Scopes of which each is about some kind of request that takes two persons. */
export const APPROVAL_SCOPES = [
  'ops:unlock',
  'ops:clients',
  'webhooks:manage',
  'ops:policy',
  'ops:brakes',
  'ops:incidents',
] as const;

const SECTIONS: readonly SectionEntry[] = [
  { to: '/', name: 'Overview', key: 'o', scopes: [] },
  { to: '/cards', name: 'Cards', key: 'c', scopes: ['ops:read'] },
  { to: '/approvals', name: 'Approvals', key: 'p', scopes: APPROVAL_SCOPES },
  { to: '/incidents', name: 'Incidents', key: 'i', scopes: ['ops:read', 'ops:incidents', 'ops:brakes'] },
  { to: '/audit', name: 'Audit', key: 'a', scopes: ['audit:read'] },
  { to: '/clients', name: 'Clients', key: 'l', scopes: ['ops:clients', 'ops:policy'] },
  { to: '/webhooks', name: 'Webhooks', key: 'w', scopes: ['webhooks:manage'] },
  { to: '/keys', name: 'Keys', key: 'k', scopes: ['ops:read', 'ops:policy'] },
];

/** The parts that somebody with these scopes may see. */
export function sectionsFor(scopes: readonly string[]): SectionEntry[] {
  return SECTIONS.filter(
    (section) => section.scopes.length === 0 || section.scopes.some((scope) => scopes.includes(scope)),
  );
}
