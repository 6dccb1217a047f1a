import { Brakes, brakeView, type BrakeView } from '#libs/brakes';
import { NO_TENANT, type BrakeKind } from '#libs/requests';
import { withRegistries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';
import { refuseUnknownTenant } from './client-actions.js';
import { refuseUnlessFirst } from './first-operators.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface ReasonOptions extends Options {
  readonly reason: string;
  readonly allTenants?: true;
}

export async function listBrakes({ tenant, json }: Options): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const brakes = (await new Brakes(registries.dataSource).list(tenant)).map((brake) => brakeView(brake));
    const rows = brakes.map(({ brakeId, kind, target, allTenants, pulledAt, pulledBy, reason }) => [
      brakeId,
      kind,
      target,
      allTenants ? 'all' : tenant,
      pulledAt,
      pulledBy,
      reason,
    ]);
    print(json, brakes, table(['BRAKE', 'KIND', 'TARGET', 'TENANT', 'PULLED', 'BY', 'REASON'], rows));
  });
}

/** One person is always enough: stopping is the safe direction. */
export async function pullBrake(
  kind: BrakeKind,
  target: string | undefined,
  { tenant, json, reason, allTenants }: ReasonOptions,
): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const brakes = new Brakes(registries.dataSource);
    const { body } = await brakes.pull(requestContext(tenant), {
      kind,
      target,
      reason,
      allTenants: allTenants === true,
    });
    print(json, body, `${what(body)} is stopped (${body.brakeId}).`);
  });
}

export async function releaseBrake(
  brakeId: string,
  { tenant, json, reason, allTenants, yes }: ReasonOptions & { readonly yes?: true },
): Promise<void> {
  await withRegistries(async (registries) => {
    const brakes = new Brakes(registries.dataSource);
    const concerned = allTenants === true ? NO_TENANT : tenant;
    const path = `/v1/admin/brakes/${brakeId}/release`;
    // A brake of all tenants has no second person over REST.
    if (allTenants !== true) await refuseUnlessFirst(registries, { tenant, path, scopes: ['ops:brakes'] });
    const brake = brakeView(
      await brakes.readIn(registries.dataSource.manager, { tenantId: concerned }, brakeId),
    );
    if (yes !== true) await confirm(`${what(brake)} goes on.`, brakeId);
    const { body } = await brakes.release(requestContext(concerned), { brakeId, reason });
    print(json, body, `${what(body)} goes on.`);
  });
}

function what({ kind, target, allTenants }: BrakeView): string {
  const where = allTenants ? ' of all tenants' : '';
  if (kind === 'client-pins') return `Every PIN call of the client ${target}`;
  return kind === 'everything' ? `Everything${where}` : `The ${kind} ${target}${where}`;
}
