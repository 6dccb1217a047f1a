/**
 * The hash tree over the audit trail (RFC 9162, section 2.1), in tables that only grow.
 *
 * audit_leaves gives each line its place. audit_subtrees keeps the hashes of complete subtrees of 256 leaves and more,
 * from which every head and proof is made; below 256 they are made from the leaves. audit_heads keeps the signed heads.
 *
 * audit_sealing says how far the trail is sealed: every line that the snapshot sees has its leaf. cluster is that of
 * the snapshot: in another one transaction ids mean nothing.
 */
export const TREE_TABLES = `
ALTER TABLE audit_events ADD COLUMN masked_pan text;
CREATE INDEX audit_events_xid ON audit_events (xid);

CREATE TABLE audit_leaves (
  leaf_no     bigint PRIMARY KEY,
  hash        hash NOT NULL,
  tenant_id   text NOT NULL,
  occurred_at timestamptz NOT NULL,
  audit_id    bigint NOT NULL,
  card_id     uuid
);
CREATE INDEX audit_leaves_card ON audit_leaves (tenant_id, card_id, leaf_no);

CREATE TABLE audit_subtrees (
  level  smallint NOT NULL CHECK (level >= 8),
  number bigint NOT NULL,
  hash   hash NOT NULL,
  PRIMARY KEY (level, number)
);

CREATE TABLE audit_heads (
  tree_size bigint PRIMARY KEY,
  root_hash hash NOT NULL,
  note      text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE audit_sealing (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  tree_size bigint NOT NULL,
  snapshot  pg_snapshot NOT NULL,
  cluster   bigint NOT NULL
);
INSERT INTO audit_sealing (tree_size, snapshot, cluster)
SELECT 0, '3:3:', system_identifier FROM pg_control_system();
`;

/** What is known of cards that were there before their history told their whole state. */
export const BASELINE = `
INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, card_id, masked_pan,
                          event_no, details)
SELECT c.tenant_id, 'pinward', 'migration', 'audit-tree', 'card.baseline', 'outcome', 'recorded', c.card_id,
       'XXXX' || c.pan_last4, c.event_no, '{' || pinward_card_state(c) || '}'
  FROM cards c ORDER BY c.tenant_id, c.card_id;
`;
