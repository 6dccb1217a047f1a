import { readDeploymentPolicy } from '#libs/database';
import type { Registries } from '../registries.js';
import { Refused } from '../terminal/refused.js';

/** As many as it takes to decide about clients over REST. */
const ENOUGH = 2;

/**
 * The command line makes the first operators, since nobody else can. Once two persons can decide about clients, and
 * where the services ask for two, a login of this machine is no second person.
 *
 * @throws Refused
 */
export async function refuseUnlessFirst(
  { dataSource, persons }: Registries,
  tenant: string,
  path: string,
): Promise<void> {
  const policy = await readDeploymentPolicy(dataSource.manager);
  if (policy === null || policy.approvals === 1 || (await persons.countDeciders(tenant)) < ENOUGH) return;
  throw new Refused(
    'this takes two persons here (APPROVALS of the service), and the tenant has them: one asks with ' +
      `POST ${path}, another approves with POST /v1/admin/approvals/{approvalId}/approve`,
  );
}
