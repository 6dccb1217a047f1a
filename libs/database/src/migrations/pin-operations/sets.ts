/**
 * Settings of the functions that work on sets. Their statements join a few dozen requests to large tables by primary
 * key; a plan made from statistics of an almost empty table would scan them. Planned once a connection: PostgreSQL
 * would plan a statement with array parameters anew at every call.
 */
export const STABLE_PLAN = `SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

/**
 * Locks the cards of a set, in one order, and notes in the variable `free` whose evaluations they are. With p_wait it
 * waits for whoever is writing one of them; without, such a card is left out, or its writer would hold up all others.
 *
 * @param condition on the card `c` and its request `r`: other cards are not locked
 */
export function lockCards(condition: string): string {
  const lock = (waiting: string) => `free := ARRAY(
      SELECT r.evaluation_id
        FROM unnest(p_tenant_ids, p_card_ids, p_evaluation_ids) AS r (tenant_id, card_id, evaluation_id)
        JOIN cards c ON c.tenant_id = r.tenant_id AND c.card_id = r.card_id
       WHERE ${condition}
       ORDER BY r.tenant_id, r.card_id
         FOR NO KEY UPDATE OF c${waiting});`;
  return `IF p_wait THEN
    ${lock('')}
  ELSE
    ${lock(' SKIP LOCKED')}
  END IF;`;
}
