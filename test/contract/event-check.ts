import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { DataSource } from 'typeorm';
import type { Schema } from '../../apps/pin-service/src/openapi/contract-types.js';
import { closed, contractDocuments, resolved } from './contract-files.js';

interface OutboxRow {
  readonly tenant_id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly has_code: boolean;
}

/** One of each type, and of each set of members. */
const OUTBOX = `SELECT DISTINCT ON (type, members) tenant_id, type, data::jsonb AS data, sealed_for IS NOT NULL AS has_code
  FROM outbox_events, LATERAL (SELECT string_agg(key, ',') AS members FROM jsonb_object_keys(data::jsonb) AS key) AS m`;

/** Whether events are webhooks of the contract (docs/openapi/operators.json), with no member more. */
export class EventCheck {
  static #shared: EventCheck | undefined;

  static get shared(): EventCheck {
    return (this.#shared ??= new EventCheck());
  }

  readonly #ajv = addFormats.default(
    new Ajv2020({ strict: false, allErrors: true, meta: false, validateSchema: false }),
  );
  readonly #compiled = new Map<string, ValidateFunction>();

  /** All that waits or was sent. @throws Error naming what the contract does not have, without its values */
  async expectPromised(owner: DataSource): Promise<void> {
    const rows = await owner.query<OutboxRow[]>(OUTBOX);
    const faults = rows.flatMap((row) => this.faultsOf(row));
    if (faults.length > 0) throw new Error(`events against the contract: ${faults.join('; ')}`);
  }

  private faultsOf({ tenant_id: tenant, type, data, has_code: hasCode }: OutboxRow): readonly string[] {
    const validate = this.#compiled.get(type) ?? this.compiled(type);
    if (validate === undefined) return [`no event is called ${type}`];
    // A code is sealed until it is sent.
    const sent = hasCode ? { ...data, code: '271828' } : data;
    validate({ type, timestamp: new Date().toISOString(), tenant, data: sent });
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const more = 'additionalProperty' in params ? ` ${String(params['additionalProperty'])}` : '';
      return `${type} ${instancePath} ${message}${more}`;
    });
  }

  private compiled(type: string): ValidateFunction | undefined {
    const [document] = contractDocuments(['operators']);
    const schema = document?.webhooks?.[type]?.['post']?.requestBody?.content?.['application/json']?.schema;
    if (document === undefined || schema === undefined) return undefined;
    const validate = this.#ajv.compile(closed(resolved(document, schema)) as Schema);
    this.#compiled.set(type, validate);
    return validate;
  }
}
