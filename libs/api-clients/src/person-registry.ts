import type { DataSource, EntityManager } from 'typeorm';
import { outsideTransaction, PersonEntity, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { readPersonName, type PersonName } from '#libs/person-names';
import {
  once,
  REGISTERED_PERSONS,
  storedBody,
  type Answered,
  type Done,
  type RequestContext,
  type StoredAnswer,
} from '#libs/requests';
import { personNameFault } from './person-name-fault.js';
import { personView, type PersonView } from './person-view.js';
import type { Scope } from './scopes.js';

/**
 * Persons whom only an OpenID provider knows are in no register. Decisions that they took together about clients show
 * that there are two. A client that the tenant's demands shut out decides nothing. The provider's do not count for ever: a tenant that has lost its provider must be able to begin anew.
 */
const DECIDERS = `
SELECT count(DISTINCT p.name)::int AS persons
  FROM api_clients c
  JOIN persons p ON p.tenant_id = c.tenant_id AND p.name = c.person AND p.flaw IS NULL AND p.revoked_at IS NULL
  LEFT JOIN LATERAL (
       SELECT d.methods FROM client_demands d
        WHERE d.tenant_id = c.tenant_id AND d.valid_from <= clock_timestamp() ORDER BY d.demand_no DESC LIMIT 1
  ) demanded ON true
 WHERE ($1::text IS NULL OR c.tenant_id = $1) AND c.revoked_at IS NULL AND $2 = ANY (c.scopes)
   AND EXISTS (
       SELECT FROM (
              SELECT 'client_secret' AS method FROM client_secrets s
               WHERE s.tenant_id = c.tenant_id AND s.client_id = c.client_id
              UNION ALL
              SELECT k.method FROM client_keys k WHERE k.tenant_id = c.tenant_id AND k.client_id = c.client_id
       ) held
       WHERE demanded.methods IS NULL OR held.method = ANY (demanded.methods))
 GROUP BY c.tenant_id
UNION ALL
SELECT 2 FROM approvals a
 WHERE $2 = 'ops:clients' AND ($1::text IS NULL OR a.tenant_id = $1) AND a.kind LIKE 'client-%'
   AND a.status = 'approved' AND a.requested_issuer <> $3 AND a.decided_at > clock_timestamp() - interval '30 days'
 ORDER BY persons DESC LIMIT 1`;

/**
 * The persons whom clients of operators may name. Registering one gives no power. It makes sure that one human is one
 * person: a name that looks like another's is refused, and a name is never given to another person.
 */
export class PersonRegistry {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError REQUEST_INVALID, PERSON_IN_USE */
  async register(context: RequestContext, text: string): Promise<Answered<PersonView>> {
    const read = checkedName(text);
    return await once(this.dataSource, context, { action: 'person.create' }, async (manager) =>
      told(await registerPerson(manager, context, read), 'created'),
    );
  }

  /** In the order of their names, revoked ones included. */
  async list(tenantId: string): Promise<PersonView[]> {
    const rows = await outsideTransaction(() =>
      this.dataSource.manager.find(PersonEntity, { where: { tenantId }, order: { name: 'ASC' } }),
    );
    return rows.map((row) => personView(row));
  }

  /**
   * How many persons of one tenant can take the decisions of this scope, according to the records. Two are enough for
   * two-person decisions.
   *
   * @param tenantId null for the tenant with the most
   */
  async countDeciders(tenantId: string | null, scope: Scope): Promise<number> {
    const [row] = await outsideTransaction(() =>
      this.dataSource.manager.query<{ persons: number }[]>(DECIDERS, [tenantId, scope, REGISTERED_PERSONS]),
    );
    return row?.persons ?? 0;
  }

  /**
   * A revoked person decides nothing any more and gets no further client; the person's clients are revoked one by one.
   *
   * @throws PinwardError PERSON_NOT_FOUND
   */
  async revoke(context: RequestContext, name: string): Promise<Answered<PersonView>> {
    return await once(this.dataSource, context, { action: 'person.revoke' }, async (manager) =>
      told(await revokePerson(manager, context, name), 'revoked'),
    );
  }
}

/**
 * The person whom a client may name.
 *
 * @returns the name as it was registered
 * @throws PinwardError REQUEST_INVALID
 */
export async function registeredPerson(
  manager: EntityManager,
  tenantId: string,
  text: string,
): Promise<string> {
  const read = readPersonName(text);
  const found =
    'fault' in read ? null : await manager.findOneBy(PersonEntity, { tenantId, smallKey: read.smallKey });
  if (found !== null && found.revokedAt.isNever) return found.name;
  const detail =
    found === null ? 'is not a registered person: register the name first' : 'names a person who is revoked';
  throw new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/person', detail }] });
}

async function registerPerson(
  manager: EntityManager,
  { tenantId, subject: createdBy }: RequestContext,
  { name, smallKey, capitalKey }: PersonName,
): Promise<PersonView> {
  if (!(await manager.existsBy(TenantEntity, { tenantId })))
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the caller has no such tenant') });
  const taken = await manager.existsBy(PersonEntity, [
    { tenantId, smallKey },
    { tenantId, capitalKey },
    { tenantId, name },
  ]);
  if (taken) throw new PinwardError('PERSON_IN_USE');
  // A concurrent person with a similar name is a conflict; after it, that person is found.
  await manager.insert(PersonEntity, { tenantId, name, smallKey, capitalKey, createdBy });
  return personView(await manager.findOneByOrFail(PersonEntity, { tenantId, name }));
}

async function revokePerson(
  manager: EntityManager,
  { tenantId, subject: revokedBy }: RequestContext,
  name: string,
): Promise<PersonView> {
  const found = await manager.findOne(PersonEntity, {
    where: { tenantId, name },
    lock: { mode: 'for_no_key_update' },
  });
  if (found === null) throw new PinwardError('PERSON_NOT_FOUND');
  if (found.revokedAt.isNever) {
    const revoked = { revokedBy, revokedAt: () => 'clock_timestamp()' };
    await manager.update(PersonEntity, { tenantId, name }, revoked);
  }
  return personView(await manager.findOneByOrFail(PersonEntity, { tenantId, name }));
}

function told(view: PersonView, result: 'created' | 'revoked'): Done & { readonly answer: StoredAnswer } {
  const data = { person: view.name };
  return {
    answer: storedBody({ ...view }),
    line: { result, details: data },
    event: { type: `person.${result}`, data },
  };
}

function checkedName(text: string): PersonName {
  const read = readPersonName(text);
  const detail = personNameFault(text);
  if (detail === null && !('fault' in read)) return read;
  throw new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/name', detail }] });
}
