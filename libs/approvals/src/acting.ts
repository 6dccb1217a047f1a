import type { RequestContext } from '#libs/requests';

/** A person who acts, and who vouches for that person. */
export interface Acting {
  readonly subject: string;
  /** The client by which the person acts; null where a row of an earlier version does not say. */
  readonly through: string | null;
  /** As RequestContext.issuer; null where a row of an earlier version does not say. */
  readonly issuer: string | null;
}

export function actingIn({ subject, clientId, issuer }: RequestContext): Acting {
  return { subject, through: clientId, issuer: issuer ?? null };
}
