import type { DataSource } from 'typeorm';

/** The card's state in a line, as pinward_card_state writes it. */
const STATE = (status: string, tries: string) =>
  `'{"pinStatus":"${status}","triesSpent":' || ${tries} || ',"failuresWithoutSuccess":' || ${tries}
     || ',"verifierHash":"' || encode(sha256(c.verifier || c.verifier_salt || int4send(c.verifier_generation)), 'hex') || '"}'`;

const LINE = (columns: string, values: string) => `
  INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, card_id, masked_pan, ${columns})
  SELECT c.tenant_id, $2, 'someone', $3, 'bulk', c.card_id, 'XXXX' || c.pan_last4, ${values}
    FROM cards c WHERE c.card_ref LIKE $1`;

/**
 * Cards with a PIN that three wrong tries of this client have locked, with the whole history of each in the trail: as the
 * service leaves them, in statements that write all cards at once. No PIN is theirs.
 *
 * @returns the beginning of their references
 */
export async function insertLockedCards(
  owner: DataSource,
  count: number,
  { clientId = 'card-app', sourceAddress = '127.0.0.1' } = {},
): Promise<string> {
  const series = `bulk-${process.hrtime.bigint()}-`;
  await owner.query(
    `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account, pan_last4, pin_status, tries_spent,
                        failures_without_success, event_no, locked_at, pin_set_at, verifier, verifier_salt, verifier_generation)
     SELECT 'default', gen_random_uuid(), $1 || n, lpad(n::text, 12, '0'), lpad((n % 10000)::text, 4, '0'), 'locked', 3, 3, 8,
            clock_timestamp(), clock_timestamp(), sha256(n::text::bytea), substr(sha256('salt'), 1, 16), 1
       FROM generate_series(1, $2) AS n`,
    [series, count],
  );
  const who = [`${series}%`, clientId, sourceAddress];
  const columns = 'action, phase, result, event_no, details';
  const unset = `'{"pinStatus":"unset","triesSpent":0,"failuresWithoutSuccess":0}'`;
  await owner.query(LINE(columns, `'card.register', 'outcome', 'registered', 1, ${unset}`), who);
  await owner.query(LINE(columns, `'pin.set', 'outcome', 'enrolled', 2, ${STATE('active', '0')}`), who);
  for (const tries of [1, 2, 3]) {
    // The same id for both lines of a try, and another one for each try and card.
    const id = `md5(c.card_id || ' ' || ${tries})::uuid`;
    await owner.query(
      LINE('action, phase, event_no, evaluation_id', `'pin.validate', 'intent', ${1 + 2 * tries}, ${id}`),
      who,
    );
    const state = STATE(tries === 3 ? 'locked' : 'active', String(tries));
    await owner.query(
      LINE(
        `${columns}, evaluation_id`,
        `'pin.validate', 'outcome', 'not-matched', ${2 + 2 * tries}, ${state}, ${id}`,
      ),
      who,
    );
  }
  return series;
}
