/** SQL fragments with one meaning in several statements, about audit_leaves `l`, audit_events `e` and cards `c`. */

/** The line of a leaf, by the primary key of its table. */
export const LINE_OF_LEAF =
  'e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id';

/** Whether a line has its place in the tree. */
export const HAS_LEAF =
  'EXISTS (SELECT FROM audit_leaves l WHERE l.audit_id = e.audit_id AND l.occurred_at = e.occurred_at)';

/** How outcomes name a PIN verifier; made here, not by the function of the database that is being checked. */
export const VERIFIER_HASH =
  "encode(sha256(c.verifier || c.verifier_salt || int4send(c.verifier_generation)), 'hex')";

/**
 * Whether a card's line was written before a reconciliation of that card. Tries on a restored database, before the loss
 * was noticed, repeat the steps of the lines that were put back. Then the higher value was counted.
 */
export const BEFORE_RECONCILIATION = `EXISTS (SELECT FROM audit_events r
  WHERE r.tenant_id = e.tenant_id AND r.card_id = e.card_id AND r.action = 'card.reconcile' AND r.event_no > e.event_no)`;
