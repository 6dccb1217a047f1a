import type { EntityManager } from 'typeorm';
import { ApiClientEntity, ClientKeyEntity, ClientSecretEntity, PersonEntity } from '#libs/database';
import { COMMAND_LINE_PERSONS, REGISTERED_PERSONS } from '#libs/requests';
import type { Acting } from './acting.js';

/** Why a person is not accepted as the second person, in the words of the contract. */
export type ApproverRefusal =
  | 'same-person'
  /** Two issuers vouch for the two, so they may be the same human. */
  | 'other-issuer'
  | 'approver-not-registered'
  | 'requester-not-registered'
  /** One of the two made the client of the other, or has seen its secret, or one person has seen both. */
  | 'client-of-one-person'
  | 'requester-revoked';

/**
 * Whether the second person is another than the first, according to the records. It compares the persons, and also the
 * persons who could act through their clients. A missing record is no consent.
 *
 * @returns null when nothing speaks against it
 */
export async function refusedApprover(
  manager: EntityManager,
  tenantId: string,
  requester: Acting,
  approver: Acting,
): Promise<ApproverRefusal | null> {
  // 1. The persons.
  if (requester.subject === approver.subject) return 'same-person';
  // An unlock from an earlier version has no issuer; it expires within 24 hours.
  if (requester.issuer !== null && requester.issuer !== approver.issuer) return 'other-issuer';
  if (approver.issuer === null) return 'other-issuer';
  if (approver.issuer === REGISTERED_PERSONS) {
    if (!(await mayDecide(manager, tenantId, approver.subject))) return 'approver-not-registered';
    if (!(await mayDecide(manager, tenantId, requester.subject))) return 'requester-not-registered';
  }
  // 2. Their clients.
  const [first, second] = [
    await holdersOf(manager, tenantId, requester.through),
    await holdersOf(manager, tenantId, approver.through),
  ];
  if (first.revoked) return 'requester-revoked';
  if (first.makers.includes(approver.subject) || second.makers.includes(requester.subject))
    return 'client-of-one-person';
  return first.knownTo.some((person) => second.knownTo.includes(person)) ? 'client-of-one-person' : null;
}

/** Registered under a name that keeps the rules, and not revoked. */
async function mayDecide(manager: EntityManager, tenantId: string, name: string): Promise<boolean> {
  const person = await manager.findOneBy(PersonEntity, { tenantId, name });
  return person !== null && person.flaw === null && person.revokedAt.isNever;
}

interface Holders {
  readonly revoked: boolean;
  /** Who made the client, has seen one of its secrets or has registered its keys. */
  readonly makers: readonly string[];
  /** Who has seen a secret or registered keys over REST. Logins of the command line's machine are not compared. */
  readonly knownTo: readonly string[];
}

/** A client that only an OpenID provider knows has no secret here. */
async function holdersOf(
  manager: EntityManager,
  tenantId: string,
  clientId: string | null,
): Promise<Holders> {
  const client = clientId === null ? null : await manager.findOneBy(ApiClientEntity, { tenantId, clientId });
  if (client === null) return { revoked: false, makers: [], knownTo: [] };
  const ofClient = { tenantId, clientId: client.clientId };
  const secrets = await manager.findBy(ClientSecretEntity, ofClient);
  // Who registers a public key may hold the private one.
  const keys = await manager.findBy(ClientKeyEntity, ofClient);
  const persons = [...secrets, ...keys].flatMap(({ knownTo: known }) => known ?? []);
  const knownTo = persons.filter((person) => !person.startsWith(COMMAND_LINE_PERSONS));
  return {
    revoked: !client.revokedAt.isNever,
    makers: [...knownTo, ...(client.createdBy === null ? [] : [client.createdBy])],
    knownTo,
  };
}
