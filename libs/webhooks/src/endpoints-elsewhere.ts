import { IsNull, type DataSource } from 'typeorm';
import { WebhookEndpointEntity } from '#libs/database';
import { portOf } from './receiver/webhook-url.js';

export interface EndpointElsewhere {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly port: number;
}

/** Endpoints that were made before their port was refused. Events still go there. */
export async function endpointsOnOtherPorts(
  dataSource: DataSource,
  ports: readonly number[],
): Promise<EndpointElsewhere[]> {
  const rows = await dataSource.manager.find(WebhookEndpointEntity, {
    select: { tenantId: true, endpointId: true, url: true },
    where: { deletedAt: IsNull() },
  });
  return rows
    .map(({ tenantId, endpointId, url }) => ({ tenantId, endpointId, port: portOf(new URL(url)) }))
    .filter(({ port }) => !ports.includes(port));
}
