-- The schema that all migrations and functions together make, for reading: never run, never edited by hand.
--   npm test -- test/store/schema-file.spec.ts            compares it with a database that is freshly migrated
--   npm test -- test/store/schema-file.spec.ts --update   writes it anew
-- Left out: partitions, which are made day by day; the schema of the job library; bodies of functions that have a file.
-- "service" is the role that the service logs in as; everything belongs to the owner's role.

-- Domains

CREATE DOMAIN audit_phase AS text
  CONSTRAINT audit_phase_check CHECK ((VALUE = ANY (ARRAY['intent'::text, 'outcome'::text])));
CREATE DOMAIN gcm_iv AS bytea
  CONSTRAINT gcm_iv_length CHECK (((octet_length(VALUE) >= 12) AND (octet_length(VALUE) <= 16)));
CREATE DOMAIN hash AS bytea
  CONSTRAINT hash_check CHECK ((octet_length(VALUE) = 32));
CREATE DOMAIN key_generation AS integer
  CONSTRAINT key_generation_check CHECK ((VALUE >= 1));
CREATE DOMAIN pan_last4 AS text
  CONSTRAINT pan_last4_check CHECK ((VALUE ~ '^[0-9]{4}$'::text));
CREATE DOMAIN pin_account AS text
  CONSTRAINT pin_account_check CHECK ((VALUE ~ '^[0-9]{12}$'::text));
CREATE DOMAIN pin_account_source AS text
  CONSTRAINT pin_account_source_check CHECK ((VALUE = ANY (ARRAY['surrogate'::text, 'pan'::text])));
CREATE DOMAIN pin_failure_count AS smallint
  CONSTRAINT pin_failure_count_check CHECK ((VALUE >= 0));
CREATE DOMAIN pin_status AS text
  CONSTRAINT pin_status_check CHECK ((VALUE = ANY (ARRAY['unset'::text, 'active'::text, 'locked'::text, 'closed'::text])));
CREATE DOMAIN salt AS bytea
  CONSTRAINT salt_check CHECK ((octet_length(VALUE) = 16));

-- Sequences

CREATE SEQUENCE schema_migrations_id_seq;

-- Tables

CREATE TABLE activity_hours (
  tenant_id text NOT NULL,
  hour timestamp with time zone NOT NULL,
  kind text NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT activity_hours_pkey PRIMARY KEY (tenant_id, hour, kind),
  CONSTRAINT activity_hours_count_check CHECK ((count > 0)),
  CONSTRAINT activity_hours_hour_check CHECK ((((EXTRACT(epoch FROM hour))::bigint % (3600)::bigint) = 0))
);

CREATE TABLE alarm_detection (
  only_row boolean DEFAULT true NOT NULL,
  next_leaf bigint,
  learned_from timestamp with time zone,
  learned_to timestamp with time zone,
  counted_to timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  activity_next_leaf bigint,
  activity_from timestamp with time zone,
  CONSTRAINT alarm_detection_pkey PRIMARY KEY (only_row),
  CONSTRAINT alarm_detection_activity_check CHECK (((activity_next_leaf IS NULL) = (activity_from IS NULL))),
  CONSTRAINT alarm_detection_check CHECK ((((next_leaf IS NULL) = (learned_from IS NULL)) AND ((next_leaf IS NULL) = (learned_to IS NULL)))),
  CONSTRAINT alarm_detection_check1 CHECK ((learned_from < learned_to)),
  CONSTRAINT alarm_detection_only_row_check CHECK (only_row)
);

CREATE TABLE alarm_series (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  kind text NOT NULL,
  window_seconds integer NOT NULL,
  window_start timestamp with time zone NOT NULL,
  count bigint NOT NULL,
  count_before bigint NOT NULL,
  usual double precision NOT NULL,
  CONSTRAINT alarm_series_pkey PRIMARY KEY (tenant_id, client_id, kind, window_seconds),
  CONSTRAINT alarm_series_count_before_check CHECK ((count_before >= 0)),
  CONSTRAINT alarm_series_count_check CHECK ((count >= 0)),
  CONSTRAINT alarm_series_usual_check CHECK ((usual >= (0)::double precision)),
  CONSTRAINT alarm_series_window_seconds_check CHECK ((window_seconds > 0))
);

CREATE TABLE alarms (
  tenant_id text NOT NULL,
  alarm_id uuid NOT NULL,
  client_id text NOT NULL,
  kind text NOT NULL,
  window_seconds integer NOT NULL,
  since timestamp with time zone NOT NULL,
  count bigint NOT NULL,
  usual double precision NOT NULL,
  limit_count bigint NOT NULL,
  last_over_at timestamp with time zone NOT NULL,
  raised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  ended_at timestamp with time zone,
  brake_id uuid,
  CONSTRAINT alarms_pkey PRIMARY KEY (tenant_id, alarm_id),
  CONSTRAINT alarms_check CHECK (((client_id <> ''::text) OR (brake_id IS NULL)))
);

CREATE TABLE api_clients (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  scopes text[] NOT NULL,
  person text,
  allowed_addresses text[] NOT NULL,
  requests_per_minute integer,
  created_at timestamp with time zone NOT NULL,
  revoked_at timestamp with time zone,
  created_by text,
  CONSTRAINT api_clients_pkey PRIMARY KEY (tenant_id, client_id),
  CONSTRAINT api_clients_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT api_clients_client_id_check CHECK ((client_id ~ '^[a-z0-9-]{3,64}$'::text)),
  CONSTRAINT api_clients_requests_per_minute_check CHECK ((requests_per_minute > 0)),
  CONSTRAINT api_clients_scopes_check CHECK ((cardinality(scopes) > 0))
);

CREATE TABLE approvals (
  tenant_id text NOT NULL,
  approval_id uuid NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  content text NOT NULL,
  reason text,
  requested_by text NOT NULL,
  requested_through text NOT NULL,
  requested_issuer text,
  requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval) NOT NULL,
  decided_by text,
  decided_through text,
  decided_at timestamp with time zone,
  collected_at timestamp with time zone,
  CONSTRAINT approvals_pkey PRIMARY KEY (tenant_id, approval_id),
  CONSTRAINT approvals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT approvals_check CHECK (((collected_at IS NULL) OR (status = 'approved'::text))),
  CONSTRAINT approvals_kind_check CHECK ((kind = ANY (ARRAY['client-create'::text, 'client-rotate-secret'::text, 'client-rotate-keys'::text, 'client-change'::text, 'demand-change'::text, 'webhook-create'::text, 'webhook-rotate-secret'::text, 'key-abandon'::text, 'policy-change'::text, 'brake-release'::text, 'incident-restore'::text]))),
  CONSTRAINT approvals_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])))
);

CREATE TABLE audit_events (
  tenant_id text NOT NULL,
  occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  audit_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  client_id text NOT NULL,
  subject text NOT NULL,
  source_address text,
  request_id text NOT NULL,
  action text NOT NULL,
  phase audit_phase NOT NULL,
  result text,
  card_id uuid,
  event_no bigint,
  evaluation_id uuid,
  details text,
  masked_pan text,
  CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, occurred_at, audit_id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE audit_heads (
  tree_size bigint NOT NULL,
  root_hash hash NOT NULL,
  note text NOT NULL,
  signed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT audit_heads_pkey PRIMARY KEY (tree_size)
);

CREATE TABLE audit_leaves (
  leaf_no bigint NOT NULL,
  hash hash NOT NULL,
  tenant_id text NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  audit_id bigint NOT NULL,
  card_id uuid,
  CONSTRAINT audit_leaves_pkey PRIMARY KEY (leaf_no)
);

CREATE TABLE audit_sealing (
  only_row boolean DEFAULT true NOT NULL,
  tree_size bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  cluster bigint NOT NULL,
  CONSTRAINT audit_sealing_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_sealing_only_row_check CHECK (only_row)
);

CREATE TABLE audit_subtrees (
  level smallint NOT NULL,
  number bigint NOT NULL,
  hash hash NOT NULL,
  CONSTRAINT audit_subtrees_pkey PRIMARY KEY (level, number),
  CONSTRAINT audit_subtrees_level_check CHECK ((level >= 8))
);

CREATE TABLE brakes (
  tenant_id text NOT NULL,
  brake_id uuid NOT NULL,
  kind text NOT NULL,
  target text NOT NULL,
  reason text NOT NULL,
  pulled_by text NOT NULL,
  pulled_through text NOT NULL,
  pulled_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT brakes_pkey PRIMARY KEY (tenant_id, brake_id),
  CONSTRAINT brakes_tenant_id_kind_target_key UNIQUE (tenant_id, kind, target),
  CONSTRAINT brakes_check CHECK (((target = '*'::text) = (kind = 'everything'::text))),
  CONSTRAINT brakes_kind_check CHECK ((kind = ANY (ARRAY['client'::text, 'client-pins'::text, 'card'::text, 'operation'::text, 'everything'::text])))
);

CREATE TABLE card_data (
  tenant_id text NOT NULL,
  card_id uuid NOT NULL,
  pan bytea NOT NULL,
  expiry bytea,
  holder_name bytea,
  seal_generation key_generation NOT NULL,
  pan_fingerprint hash NOT NULL,
  data_fingerprint hash DEFAULT decode(repeat('00'::text, 32), 'hex'::text) NOT NULL,
  fingerprint_generation key_generation NOT NULL,
  stored_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT card_data_pkey PRIMARY KEY (tenant_id, card_id)
);

CREATE TABLE card_import_lines (
  tenant_id text NOT NULL,
  import_id uuid NOT NULL,
  line_no integer NOT NULL,
  outcome text NOT NULL,
  card_ref text,
  card_id uuid,
  code text,
  pointer text,
  detail text,
  CONSTRAINT card_import_lines_pkey PRIMARY KEY (tenant_id, import_id, line_no),
  CONSTRAINT card_import_lines_line_no_check CHECK ((line_no > 0)),
  CONSTRAINT card_import_lines_outcome CHECK (
CASE outcome
    WHEN 'failed'::text THEN ((code IS NOT NULL) AND (pointer IS NOT NULL) AND (detail IS NOT NULL))
    ELSE ((code IS NULL) AND (card_ref IS NOT NULL) AND (card_id IS NOT NULL))
END),
  CONSTRAINT card_import_lines_outcome_check CHECK ((outcome = ANY (ARRAY['registered'::text, 'existing'::text, 'failed'::text])))
);

CREATE TABLE card_import_turns (
  tenant_id text NOT NULL,
  since timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT card_import_turns_pkey PRIMARY KEY (tenant_id)
);

CREATE TABLE card_imports (
  tenant_id text NOT NULL,
  import_id uuid NOT NULL,
  request_key hash NOT NULL,
  request_id text NOT NULL,
  client_id text NOT NULL,
  state text NOT NULL,
  registered integer DEFAULT 0 NOT NULL,
  existing integer DEFAULT 0 NOT NULL,
  failed integer DEFAULT 0 NOT NULL,
  run_id uuid,
  runs_until timestamp with time zone,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT card_imports_pkey PRIMARY KEY (tenant_id, import_id),
  CONSTRAINT card_imports_request UNIQUE (tenant_id, request_key),
  CONSTRAINT card_imports_existing_check CHECK ((existing >= 0)),
  CONSTRAINT card_imports_failed_check CHECK ((failed >= 0)),
  CONSTRAINT card_imports_registered_check CHECK ((registered >= 0)),
  CONSTRAINT card_imports_run CHECK ((((state = 'running'::text) = (run_id IS NOT NULL)) AND ((run_id IS NULL) = (runs_until IS NULL)))),
  CONSTRAINT card_imports_state_check CHECK ((state = ANY (ARRAY['running'::text, 'interrupted'::text, 'completed'::text, 'truncated'::text])))
);

CREATE TABLE cards (
  tenant_id text NOT NULL,
  card_id uuid NOT NULL,
  card_ref text NOT NULL,
  pin_account_source pin_account_source DEFAULT 'surrogate'::text NOT NULL,
  pin_account pin_account,
  pan_last4 pan_last4,
  pin_status pin_status DEFAULT 'unset'::text NOT NULL,
  tries_spent pin_failure_count DEFAULT 0 NOT NULL,
  failures_without_success pin_failure_count DEFAULT 0 NOT NULL,
  evaluation_id uuid,
  evaluation_deadline timestamp with time zone,
  evaluation_request_key hash,
  event_no bigint DEFAULT 1 NOT NULL,
  verifier hash,
  verifier_salt salt,
  verifier_generation key_generation,
  locked_at timestamp with time zone,
  pin_set_at timestamp with time zone,
  last_unlock_at timestamp with time zone,
  last_unlock_by text,
  last_unlock_reason text,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  verifier_mac bytea,
  verifier_mac_generation integer,
  verifier_event_no bigint,
  chip boolean DEFAULT false NOT NULL,
  CONSTRAINT cards_pkey PRIMARY KEY (tenant_id, card_id),
  CONSTRAINT cards_card_ref UNIQUE (tenant_id, card_ref)
) WITH (fillfactor=70);

CREATE TABLE chip_commands (
  tenant_id text NOT NULL,
  command_id uuid NOT NULL,
  card_id uuid NOT NULL,
  command text NOT NULL,
  pin_version bigint NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  last_failure_at timestamp with time zone,
  last_failure_reason text,
  ended_at timestamp with time zone,
  CONSTRAINT chip_commands_pkey PRIMARY KEY (tenant_id, command_id),
  CONSTRAINT chip_commands_check CHECK (((ended_at IS NULL) = (status = 'pending'::text))),
  CONSTRAINT chip_commands_check1 CHECK (((last_failure_at IS NULL) = (last_failure_reason IS NULL))),
  CONSTRAINT chip_commands_command_check CHECK ((command = ANY (ARRAY['CHANGE_PIN'::text, 'UNBLOCK_PIN'::text]))),
  CONSTRAINT chip_commands_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'superseded'::text])))
);

CREATE TABLE client_demands (
  tenant_id text NOT NULL,
  demand_no integer NOT NULL,
  methods text[] NOT NULL,
  sender_constrained boolean NOT NULL,
  valid_from timestamp with time zone NOT NULL,
  set_by text NOT NULL,
  set_through text NOT NULL,
  reason text NOT NULL,
  set_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT client_demands_pkey PRIMARY KEY (tenant_id, demand_no),
  CONSTRAINT client_demands_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT client_demands_demand_no_check CHECK ((demand_no > 0)),
  CONSTRAINT client_demands_methods_check CHECK (((cardinality(methods) > 0) AND (methods <@ ARRAY['client_secret'::text, 'private_key_jwt'::text, 'tls_client_auth'::text])))
);

CREATE TABLE client_keys (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  method text NOT NULL,
  key_no integer NOT NULL,
  content text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  known_to text[],
  warned_at timestamp with time zone,
  CONSTRAINT client_keys_pkey PRIMARY KEY (tenant_id, client_id, method, key_no),
  CONSTRAINT client_keys_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients(tenant_id, client_id),
  CONSTRAINT client_keys_key_no_check CHECK ((key_no > 0)),
  CONSTRAINT client_keys_method_check CHECK ((method = ANY (ARRAY['private_key_jwt'::text, 'tls_client_auth'::text])))
);

CREATE TABLE client_secrets (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  secret_no integer NOT NULL,
  hash text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  warned_at timestamp with time zone,
  known_to text[],
  digest bytea,
  CONSTRAINT client_secrets_pkey PRIMARY KEY (tenant_id, client_id, secret_no),
  CONSTRAINT client_secrets_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients(tenant_id, client_id),
  CONSTRAINT client_secrets_digest_check CHECK ((octet_length(digest) = 32)),
  CONSTRAINT client_secrets_hash_check CHECK ((hash ~~ '$scrypt$%'::text)),
  CONSTRAINT client_secrets_secret_no_check CHECK ((secret_no > 0))
);

CREATE TABLE console_sessions (
  tenant_id text NOT NULL,
  session_id uuid NOT NULL,
  secret_hash hash NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  name text,
  claims jsonb NOT NULL,
  rights_until timestamp with time zone NOT NULL,
  sealed_refresh bytea,
  authenticated_at timestamp with time zone NOT NULL,
  signed_in_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  last_seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  source_address text NOT NULL,
  user_agent text NOT NULL,
  ended_at timestamp with time zone,
  end_reason text,
  provider_session hash,
  sealed_id_token bytea,
  CONSTRAINT console_sessions_pkey PRIMARY KEY (tenant_id, session_id),
  CONSTRAINT console_sessions_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT console_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT console_sessions_check CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
  CONSTRAINT console_sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed-out'::text, 'replaced'::text, 'ended'::text, 'rights'::text, 'provider'::text])))
);

CREATE TABLE deployment_policy (
  only_one boolean DEFAULT true NOT NULL,
  unlock_approvals integer NOT NULL,
  pin_max_tries integer NOT NULL,
  pin_max_failures integer NOT NULL,
  recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT deployment_policy_pkey PRIMARY KEY (only_one),
  CONSTRAINT deployment_policy_check CHECK ((pin_max_failures >= pin_max_tries)),
  CONSTRAINT deployment_policy_only_one_check CHECK (only_one),
  CONSTRAINT deployment_policy_pin_max_tries_check CHECK (((pin_max_tries >= 1) AND (pin_max_tries <= 15))),
  CONSTRAINT deployment_policy_unlock_approvals_check CHECK (((unlock_approvals >= 1) AND (unlock_approvals <= 2)))
);

CREATE TABLE hsm_key_holders (
  replica_id uuid NOT NULL,
  keys jsonb NOT NULL,
  trouble text,
  seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  attests boolean DEFAULT false NOT NULL,
  host text,
  version text,
  policy_version integer,
  started_at timestamp with time zone,
  CONSTRAINT hsm_key_holders_pkey PRIMARY KEY (replica_id)
);

CREATE TABLE hsm_key_uses (
  kind text NOT NULL,
  generation key_generation NOT NULL,
  seals bigint NOT NULL,
  CONSTRAINT hsm_key_uses_pkey PRIMARY KEY (kind, generation),
  CONSTRAINT hsm_key_uses_seals CHECK (((seals >= 0) AND (seals <= '4294967296'::bigint)))
);

CREATE TABLE hsm_keys (
  kind text NOT NULL,
  generation key_generation NOT NULL,
  state text NOT NULL,
  fingerprint hash NOT NULL,
  registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone,
  fingerprint_iv gcm_iv,
  CONSTRAINT hsm_keys_pkey PRIMARY KEY (kind, generation),
  CONSTRAINT hsm_keys_fingerprint_iv_check CHECK (((fingerprint_iv IS NULL) OR (kind = ANY (ARRAY['card-vault'::text, 'secrets'::text])))),
  CONSTRAINT hsm_keys_state_check CHECK ((state = ANY (ARRAY['announced'::text, 'current'::text, 'accepted'::text, 'retired'::text])))
);

CREATE TABLE idempotency_records (
  tenant_id text NOT NULL,
  request_key hash NOT NULL,
  created_on date DEFAULT ((clock_timestamp() AT TIME ZONE 'UTC'::text))::date NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  request_id text NOT NULL,
  action text NOT NULL,
  card_id uuid,
  evaluation_id uuid,
  fingerprint hash,
  answer text,
  CONSTRAINT idempotency_records_pkey PRIMARY KEY (tenant_id, request_key, created_on)
) PARTITION BY RANGE (created_on);

CREATE TABLE incident_cards (
  tenant_id text NOT NULL,
  incident_id uuid NOT NULL,
  card_id uuid NOT NULL,
  card_event_no bigint NOT NULL,
  failures pin_failure_count NOT NULL,
  failures_taken_back pin_failure_count NOT NULL,
  taken_back_in_a_row pin_failure_count NOT NULL,
  outcome text NOT NULL,
  cause text,
  decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT incident_cards_pkey PRIMARY KEY (tenant_id, incident_id, card_id),
  CONSTRAINT incident_cards_tenant_id_incident_id_fkey FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents(tenant_id, incident_id),
  CONSTRAINT incident_cards_check CHECK ((((failures_taken_back)::smallint <= (failures)::smallint) AND ((failures_taken_back)::smallint <= (taken_back_in_a_row)::smallint))),
  CONSTRAINT incident_cards_check1 CHECK (((outcome = 'kept-out'::text) = (cause IS NOT NULL))),
  CONSTRAINT incident_cards_outcome_check CHECK ((outcome = ANY (ARRAY['planned'::text, 'restored'::text, 'kept-out'::text])))
);

CREATE TABLE incidents (
  tenant_id text NOT NULL,
  incident_id uuid NOT NULL,
  state text DEFAULT 'searching'::text NOT NULL,
  filter text NOT NULL,
  reason text NOT NULL,
  opened_by text NOT NULL,
  opened_through text NOT NULL,
  opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval) NOT NULL,
  searched_until timestamp with time zone NOT NULL,
  search_end timestamp with time zone NOT NULL,
  cards_hash hash,
  requested_by text,
  requested_through text,
  approved_by text,
  approval_id uuid,
  started_at timestamp with time zone,
  next_step_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  waits_for text,
  ended_by text,
  ended_at timestamp with time zone,
  end_reason text,
  CONSTRAINT incidents_pkey PRIMARY KEY (tenant_id, incident_id),
  CONSTRAINT incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT incidents_check CHECK (((state = ANY (ARRAY['done'::text, 'cancelled'::text, 'lapsed'::text])) = (ended_at IS NOT NULL))),
  CONSTRAINT incidents_check1 CHECK (((state <> ALL (ARRAY['running'::text, 'done'::text])) OR ((started_at IS NOT NULL) AND (requested_by IS NOT NULL) AND (cards_hash IS NOT NULL)))),
  CONSTRAINT incidents_state_check CHECK ((state = ANY (ARRAY['searching'::text, 'previewed'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'lapsed'::text]))),
  CONSTRAINT incidents_waits_for_check CHECK ((waits_for = ANY (ARRAY['brake'::text, 'audit-trail'::text])))
);

CREATE TABLE maintenance_marks (
  name text NOT NULL,
  reached timestamp with time zone NOT NULL,
  CONSTRAINT maintenance_marks_pkey PRIMARY KEY (name)
);

CREATE TABLE one_time_passwords (
  tenant_id text NOT NULL,
  otp_id uuid NOT NULL,
  card_id uuid NOT NULL,
  purpose text NOT NULL,
  mac hash NOT NULL,
  mac_generation key_generation NOT NULL,
  status text DEFAULT 'live'::text NOT NULL,
  wrong_codes smallint DEFAULT 0 NOT NULL,
  issued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT one_time_passwords_pkey PRIMARY KEY (tenant_id, otp_id),
  CONSTRAINT one_time_passwords_purpose_check CHECK ((purpose = ANY (ARRAY['pin-set'::text, 'pin-change'::text, 'pin-reset'::text, 'card-reveal'::text]))),
  CONSTRAINT one_time_passwords_status_check CHECK ((status = ANY (ARRAY['live'::text, 'used'::text, 'superseded'::text, 'exhausted'::text])))
);

CREATE TABLE outbox_events (
  tenant_id text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  type text NOT NULL,
  card_id uuid,
  event_no bigint,
  data text NOT NULL,
  occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  sealed bytea,
  sealed_generation key_generation,
  sealed_for uuid,
  expires_at timestamp with time zone,
  relayed_at timestamp with time zone,
  CONSTRAINT outbox_events_pkey PRIMARY KEY (tenant_id, id)
);

CREATE TABLE persons (
  tenant_id text NOT NULL,
  name text NOT NULL,
  small_key text,
  capital_key text,
  flaw text,
  created_by text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  revoked_by text,
  revoked_at timestamp with time zone,
  CONSTRAINT persons_pkey PRIMARY KEY (tenant_id, name),
  CONSTRAINT persons_capital_key UNIQUE (tenant_id, capital_key),
  CONSTRAINT persons_small_key UNIQUE (tenant_id, small_key),
  CONSTRAINT persons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT persons_check CHECK (((flaw IS NULL) = (small_key IS NOT NULL))),
  CONSTRAINT persons_check1 CHECK (((flaw IS NULL) = (capital_key IS NOT NULL)))
);

CREATE TABLE pin_envelopes (
  tenant_id text NOT NULL,
  kid text NOT NULL,
  digest hash NOT NULL,
  CONSTRAINT pin_envelopes_pkey PRIMARY KEY (tenant_id, kid, digest)
) PARTITION BY LIST (kid);

CREATE TABLE pin_history (
  tenant_id text NOT NULL,
  card_id uuid NOT NULL,
  sequence bigint NOT NULL,
  verifier hash NOT NULL,
  verifier_salt salt NOT NULL,
  verifier_generation key_generation NOT NULL,
  replaced_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  verifier_mac bytea,
  verifier_mac_generation integer,
  verifier_event_no bigint,
  CONSTRAINT pin_history_pkey PRIMARY KEY (tenant_id, card_id, sequence)
);

CREATE TABLE policies (
  version integer NOT NULL,
  content jsonb NOT NULL,
  set_by text NOT NULL,
  set_through text NOT NULL,
  reason text NOT NULL,
  set_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT policies_pkey PRIMARY KEY (version),
  CONSTRAINT policies_version_check CHECK ((version > 0))
);

CREATE TABLE schema_functions (
  hash text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT schema_functions_pkey PRIMARY KEY (hash),
  CONSTRAINT schema_functions_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE schema_migrations (
  id integer DEFAULT nextval('schema_migrations_id_seq'::regclass) NOT NULL,
  timestamp bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT PK_62441bec32630ced9e4cccae336 PRIMARY KEY (id)
);

CREATE TABLE spent_proofs (
  tenant_id text NOT NULL,
  proof hash NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT spent_proofs_pkey PRIMARY KEY (tenant_id, proof)
);

CREATE TABLE tenants (
  tenant_id text NOT NULL,
  pin_max_tries smallint,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  pin_set_otp boolean,
  CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT tenants_pin_max_tries_check CHECK (((pin_max_tries >= 1) AND (pin_max_tries <= 15))),
  CONSTRAINT tenants_tenant_id_check CHECK ((tenant_id ~ '^[A-Za-z0-9._-]{1,64}$'::text))
);

CREATE TABLE trail_streams (
  sink text NOT NULL,
  next_leaf bigint DEFAULT 0 NOT NULL,
  claimed_by uuid NOT NULL,
  claimed_until timestamp with time zone NOT NULL,
  CONSTRAINT trail_streams_pkey PRIMARY KEY (sink),
  CONSTRAINT trail_streams_next_leaf_check CHECK ((next_leaf >= 0))
);

CREATE TABLE unlock_approvals (
  tenant_id text NOT NULL,
  approval_id uuid NOT NULL,
  card_id uuid NOT NULL,
  card_event_no bigint NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval) NOT NULL,
  decided_by text,
  decided_at timestamp with time zone,
  requested_through text,
  requested_issuer text,
  CONSTRAINT unlock_approvals_pkey PRIMARY KEY (tenant_id, approval_id),
  CONSTRAINT unlock_approvals_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'lapsed'::text])))
);

CREATE TABLE webhook_deliveries (
  tenant_id text NOT NULL,
  delivery_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id bigint NOT NULL,
  type text NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  last_attempt_at timestamp with time zone,
  last_outcome text,
  ended_at timestamp with time zone,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (tenant_id, delivery_id),
  CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text, 'expired'::text, 'cancelled'::text])))
);

CREATE TABLE webhook_endpoints (
  tenant_id text NOT NULL,
  endpoint_id uuid NOT NULL,
  url text NOT NULL,
  events text[],
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  deleted_at timestamp with time zone,
  failing_since timestamp with time zone,
  paused_at timestamp with time zone,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (tenant_id, endpoint_id),
  CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(tenant_id),
  CONSTRAINT webhook_endpoints_events_check CHECK ((cardinality(events) > 0))
);

CREATE TABLE webhook_secrets (
  tenant_id text NOT NULL,
  endpoint_id uuid NOT NULL,
  secret_no integer NOT NULL,
  sealed bytea NOT NULL,
  sealed_generation key_generation NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  expires_at timestamp with time zone,
  CONSTRAINT webhook_secrets_pkey PRIMARY KEY (tenant_id, endpoint_id, secret_no),
  CONSTRAINT webhook_secrets_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints(tenant_id, endpoint_id),
  CONSTRAINT webhook_secrets_secret_no_check CHECK ((secret_no > 0))
);

-- Indexes that are no constraint

CREATE INDEX activity_hours_hour ON activity_hours USING btree (hour);
CREATE INDEX alarms_ended ON alarms USING btree (ended_at);
CREATE UNIQUE INDEX alarms_open ON alarms USING btree (tenant_id, client_id, kind) WHERE (ended_at IS NULL);
CREATE INDEX api_clients_by_client_id ON api_clients USING btree (client_id);
CREATE INDEX approvals_pending ON approvals USING btree (tenant_id, requested_by) WHERE (status = 'pending'::text);
CREATE INDEX audit_events_xid ON ONLY audit_events USING btree (xid);
CREATE INDEX audit_leaves_card ON audit_leaves USING btree (tenant_id, card_id, leaf_no);
CREATE INDEX card_data_pan_fingerprint ON card_data USING btree (tenant_id, pan_fingerprint);
CREATE UNIQUE INDEX card_import_lines_card_ref ON card_import_lines USING btree (tenant_id, import_id, card_ref) WHERE (outcome <> 'failed'::text);
CREATE INDEX card_import_lines_failed ON card_import_lines USING btree (tenant_id, import_id, line_no) WHERE (outcome = 'failed'::text);
CREATE INDEX card_imports_changed ON card_imports USING btree (changed_at);
CREATE INDEX card_imports_request_id ON card_imports USING btree (tenant_id, request_id);
CREATE INDEX card_imports_running ON card_imports USING btree (runs_until) WHERE (state = 'running'::text);
CREATE INDEX cards_last4 ON cards USING btree (tenant_id, pan_last4, card_id) WHERE (pan_last4 IS NOT NULL);
CREATE INDEX cards_locked ON cards USING btree (tenant_id, card_id) WHERE ((pin_status)::text = 'locked'::text);
CREATE INDEX chip_commands_of_card ON chip_commands USING btree (tenant_id, card_id);
CREATE UNIQUE INDEX chip_commands_one_pending ON chip_commands USING btree (tenant_id, card_id, command) WHERE (status = 'pending'::text);
CREATE INDEX client_keys_by_client_id ON client_keys USING btree (client_id);
CREATE INDEX client_secrets_by_client_id ON client_secrets USING btree (client_id);
CREATE INDEX console_sessions_by_sign_in ON console_sessions USING btree (signed_in_at);
CREATE INDEX console_sessions_of_person ON console_sessions USING btree (tenant_id, issuer, subject) WHERE (ended_at IS NULL);
CREATE INDEX console_sessions_of_provider ON console_sessions USING btree (issuer, provider_session) WHERE (ended_at IS NULL);
CREATE INDEX console_sessions_of_subject ON console_sessions USING btree (issuer, subject) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX hsm_keys_one_current ON hsm_keys USING btree (kind) WHERE (state = 'current'::text);
CREATE INDEX idempotency_records_created_at ON ONLY idempotency_records USING btree (created_at);
CREATE INDEX incident_cards_planned ON incident_cards USING btree (tenant_id, incident_id, card_id) WHERE (outcome = 'planned'::text);
CREATE INDEX incidents_to_do ON incidents USING btree (next_step_at) WHERE (state = ANY (ARRAY['searching'::text, 'running'::text]));
CREATE INDEX one_time_passwords_age ON one_time_passwords USING brin (issued_at);
CREATE INDEX one_time_passwords_issued ON one_time_passwords USING btree (tenant_id, card_id, issued_at);
CREATE UNIQUE INDEX one_time_passwords_one_live ON one_time_passwords USING btree (tenant_id, card_id, purpose) WHERE (status = 'live'::text);
CREATE INDEX outbox_events_codes_to_relay ON outbox_events USING btree (id) WHERE ((relayed_at IS NULL) AND (type = 'otp.issued'::text));
CREATE INDEX outbox_events_relayed ON outbox_events USING brin (relayed_at);
CREATE INDEX outbox_events_sealed ON outbox_events USING btree (expires_at) WHERE (sealed IS NOT NULL);
CREATE INDEX outbox_events_to_relay ON outbox_events USING btree (id) WHERE (relayed_at IS NULL);
CREATE INDEX spent_proofs_by_expiry ON spent_proofs USING btree (expires_at);
CREATE UNIQUE INDEX unlock_approvals_one_pending ON unlock_approvals USING btree (tenant_id, card_id) WHERE (status = 'pending'::text);
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries USING btree (tenant_id, ended_at) WHERE (status = 'dead'::text);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries USING btree (tenant_id, endpoint_id, delivery_id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries USING btree (tenant_id, event_id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries USING btree (tenant_id, created_at) INCLUDE (type) WHERE (status = 'pending'::text);

-- Functions

-- libs/database/src/functions/pinward_abandon.sql
-- libs/database/src/functions/pinward_alarm_signs.sql
-- libs/database/src/functions/pinward_alarms_counted.sql
-- libs/database/src/functions/pinward_append_audit.sql
-- libs/database/src/functions/pinward_audit_line.sql
-- libs/database/src/functions/pinward_brake.sql
-- libs/database/src/functions/pinward_card_event_data.sql
-- libs/database/src/functions/pinward_card_state.sql
-- libs/database/src/functions/pinward_close_abandoned.sql
-- libs/database/src/functions/pinward_codes_guessed.sql
-- libs/database/src/functions/pinward_count_activity.sql
-- libs/database/src/functions/pinward_drop_expired_partitions.sql
-- libs/database/src/functions/pinward_emit_card_event.sql
-- libs/database/src/functions/pinward_ensure_partitions.sql
-- libs/database/src/functions/pinward_find_incident_cards.sql
-- libs/database/src/functions/pinward_give_back.sql
-- libs/database/src/functions/pinward_give_back_attested.sql
-- libs/database/src/functions/pinward_hold_brakes.sql
-- libs/database/src/functions/pinward_is_frozen.sql
-- libs/database/src/functions/pinward_make_partition.sql
-- libs/database/src/functions/pinward_pending_chip_commands.sql
-- libs/database/src/functions/pinward_policy.sql
-- libs/database/src/functions/pinward_remember_pin.sql
-- libs/database/src/functions/pinward_remember_secret_digest.sql
-- libs/database/src/functions/pinward_require_chip_commands.sql
-- libs/database/src/functions/pinward_seal_events.sql
-- libs/database/src/functions/pinward_set_takes_otp.sql
-- libs/database/src/functions/pinward_settle.sql
-- libs/database/src/functions/pinward_settle_attested.sql
-- libs/database/src/functions/pinward_settle_change.sql
-- libs/database/src/functions/pinward_settle_change_attested.sql
-- libs/database/src/functions/pinward_settled_answer.sql
-- libs/database/src/functions/pinward_spend.sql
-- libs/database/src/functions/pinward_spend_answer.sql
-- libs/database/src/functions/pinward_spend_limited.sql
-- libs/database/src/functions/pinward_spend_limited_refusal.sql
-- libs/database/src/functions/pinward_spend_refusal.sql
-- libs/database/src/functions/pinward_tries_left.sql
-- libs/database/src/functions/pinward_verifier_given_up.sql

-- What the service may do

GRANT EXECUTE ON FUNCTION pinward_abandon TO service;
GRANT EXECUTE ON FUNCTION pinward_alarm_signs TO service;
GRANT EXECUTE ON FUNCTION pinward_alarms_counted TO service;
GRANT EXECUTE ON FUNCTION pinward_append_audit TO service;
GRANT EXECUTE ON FUNCTION pinward_audit_line TO service;
GRANT EXECUTE ON FUNCTION pinward_brake TO service;
GRANT EXECUTE ON FUNCTION pinward_card_event_data TO service;
GRANT EXECUTE ON FUNCTION pinward_card_state TO service;
GRANT EXECUTE ON FUNCTION pinward_close_abandoned TO service;
GRANT EXECUTE ON FUNCTION pinward_codes_guessed TO service;
GRANT EXECUTE ON FUNCTION pinward_count_activity TO service;
GRANT EXECUTE ON FUNCTION pinward_drop_expired_partitions TO service;
GRANT EXECUTE ON FUNCTION pinward_emit_card_event TO service;
GRANT EXECUTE ON FUNCTION pinward_ensure_partitions TO service;
GRANT EXECUTE ON FUNCTION pinward_find_incident_cards TO service;
GRANT EXECUTE ON FUNCTION pinward_give_back TO service;
GRANT EXECUTE ON FUNCTION pinward_give_back_attested TO service;
GRANT EXECUTE ON FUNCTION pinward_hold_brakes TO service;
GRANT EXECUTE ON FUNCTION pinward_is_frozen TO service;
GRANT EXECUTE ON FUNCTION pinward_pending_chip_commands TO service;
GRANT EXECUTE ON FUNCTION pinward_policy TO service;
GRANT EXECUTE ON FUNCTION pinward_remember_pin TO service;
GRANT EXECUTE ON FUNCTION pinward_remember_secret_digest TO service;
GRANT EXECUTE ON FUNCTION pinward_require_chip_commands TO service;
GRANT EXECUTE ON FUNCTION pinward_seal_events TO service;
GRANT EXECUTE ON FUNCTION pinward_set_takes_otp TO service;
GRANT EXECUTE ON FUNCTION pinward_settle TO service;
GRANT EXECUTE ON FUNCTION pinward_settle_attested TO service;
GRANT EXECUTE ON FUNCTION pinward_settle_change TO service;
GRANT EXECUTE ON FUNCTION pinward_settle_change_attested TO service;
GRANT EXECUTE ON FUNCTION pinward_settled_answer TO service;
GRANT EXECUTE ON FUNCTION pinward_spend TO service;
GRANT EXECUTE ON FUNCTION pinward_spend_answer TO service;
GRANT EXECUTE ON FUNCTION pinward_spend_limited TO service;
GRANT EXECUTE ON FUNCTION pinward_spend_limited_refusal TO service;
GRANT EXECUTE ON FUNCTION pinward_spend_refusal TO service;
GRANT EXECUTE ON FUNCTION pinward_tries_left TO service;
GRANT EXECUTE ON FUNCTION pinward_verifier_given_up TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (count) ON activity_hours TO service;
GRANT SELECT, UPDATE (next_leaf, learned_from, learned_to, counted_to, activity_next_leaf, activity_from) ON alarm_detection TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (window_start, count, count_before, usual) ON alarm_series TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (count, last_over_at, ended_at, brake_id) ON alarms TO service;
GRANT INSERT, SELECT, UPDATE (scopes, allowed_addresses, requests_per_minute, revoked_at) ON api_clients TO service;
GRANT INSERT, SELECT, UPDATE (status, decided_by, decided_through, decided_at, collected_at) ON approvals TO service;
GRANT INSERT, SELECT ON audit_events TO service;
GRANT INSERT, SELECT ON audit_heads TO service;
GRANT INSERT, SELECT ON audit_leaves TO service;
GRANT SELECT, UPDATE (tree_size, snapshot) ON audit_sealing TO service;
GRANT INSERT, SELECT ON audit_subtrees TO service;
GRANT DELETE, INSERT, SELECT ON brakes TO service;
GRANT DELETE, INSERT, SELECT ON card_data TO service;
GRANT DELETE, INSERT, SELECT ON card_import_lines TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (asked_at) ON card_import_turns TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (state, registered, existing, failed, run_id, runs_until, changed_at) ON card_imports TO service;
GRANT INSERT, SELECT, UPDATE (pin_status, tries_spent, failures_without_success, evaluation_id, evaluation_deadline, evaluation_request_key, event_no, verifier, verifier_salt, verifier_generation, locked_at, pin_set_at, last_unlock_at, last_unlock_by, last_unlock_reason, verifier_mac, verifier_mac_generation, verifier_event_no) ON cards TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (status, last_failure_at, last_failure_reason, ended_at) ON chip_commands TO service;
GRANT INSERT, SELECT ON client_demands TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (expires_at, warned_at) ON client_keys TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (expires_at, warned_at) ON client_secrets TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (claims, rights_until, sealed_refresh, last_seen_at, ended_at, end_reason, sealed_id_token) ON console_sessions TO service;
GRANT INSERT, SELECT, UPDATE ON deployment_policy TO service;
GRANT DELETE, INSERT, SELECT, UPDATE ON hsm_key_holders TO service;
GRANT INSERT, SELECT, UPDATE (seals) ON hsm_key_uses TO service;
GRANT SELECT ON hsm_keys TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (answer) ON idempotency_records TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (outcome, cause, decided_at) ON incident_cards TO service;
GRANT INSERT, SELECT, UPDATE (state, searched_until, cards_hash, requested_by, requested_through, approved_by, approval_id, started_at, next_step_at, waits_for, ended_by, ended_at, end_reason) ON incidents TO service;
GRANT SELECT, UPDATE (reached) ON maintenance_marks TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (status, wrong_codes, ended_at) ON one_time_passwords TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (sealed, relayed_at) ON outbox_events TO service;
GRANT INSERT, SELECT, UPDATE (revoked_by, revoked_at) ON persons TO service;
GRANT DELETE, INSERT, SELECT ON pin_envelopes TO service;
GRANT DELETE, INSERT, SELECT ON pin_history TO service;
GRANT INSERT, SELECT ON policies TO service;
GRANT SELECT ON schema_functions TO service;
GRANT SELECT ON schema_migrations TO service;
GRANT DELETE, INSERT, SELECT ON spent_proofs TO service;
GRANT INSERT (tenant_id), SELECT ON tenants TO service;
GRANT INSERT, SELECT, UPDATE (next_leaf, claimed_by, claimed_until) ON trail_streams TO service;
GRANT INSERT, SELECT, UPDATE (status, decided_by, decided_at) ON unlock_approvals TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (status, attempts, created_at, last_attempt_at, last_outcome, ended_at) ON webhook_deliveries TO service;
GRANT INSERT, SELECT, UPDATE (deleted_at, failing_since, paused_at) ON webhook_endpoints TO service;
GRANT DELETE, INSERT, SELECT, UPDATE (expires_at) ON webhook_secrets TO service;
