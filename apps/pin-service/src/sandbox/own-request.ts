import { createHash } from 'node:crypto';
import { lengthPrefixed } from '#libs/hsm';
import type { RequestContext } from '#libs/requests';

/** Whom the audit trail names as who did it, through the client of the call. */
const SUBJECT = 'sandbox';

export type Asker = Pick<RequestContext, 'tenantId' | 'clientId' | 'sourceAddress'>;

/**
 * A request of the sandbox's own, for a step on a card. Its id is made of card and step, so that the step has its effect
 * once however often the call is repeated, by the same `once` as every other request.
 */
export function ownRequest(
  { tenantId, clientId, sourceAddress }: Asker,
  cardId: string,
  step: string,
): RequestContext {
  const text = lengthPrefixed('pinward:sandbox:v1', tenantId, cardId, step);
  const key = createHash('sha256').update(text).digest();
  const requestId = `sandbox-${step}-${cardId}`;
  const claim = { key, fingerprint: key };
  return { tenantId, clientId, subject: SUBJECT, sourceAddress, requestId, claim };
}
