import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpointsOnOtherPorts } from '#libs/webhooks';
import { contextOf } from '../store/store-kit.js';
import { WebhookKit } from './webhook-kit.js';

let kit: WebhookKit;
beforeEach(async () => {
  kit = await WebhookKit.open();
});
afterEach(() => kit[Symbol.asyncDispose]());

const context = (tenantId = 'default') => ({ ...contextOf({ path: '/v1/webhook-endpoints' }), tenantId });
const url = (port: number | string = 443) => `https://127.0.0.1:${port}/${randomUUID()}`;

describe('the endpoints of a tenant', () => {
  it('are never more than the limit, however many are made at once, and a deleted one counts no more', async () => {
    const endpoints = kit.endpoints({ endpointLimit: 3 });
    const made = await Promise.allSettled(
      Array.from({ length: 12 }, () => endpoints.create(context(), { url: url() })),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const outcome of made)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'WEBHOOK_ENDPOINT_LIMIT' });
    const { items } = await endpoints.list('default', { limit: 50 });
    expect(items).toHaveLength(3);
    await endpoints.remove(contextOf({ path: 'delete' }), items[0]?.endpointId ?? '');
    await endpoints.create(context(), { url: url() });
    await kit.rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('neighbour')");
    await endpoints.create(context('neighbour'), { url: url() });
  });

  it('that were more before there was a limit stay', async () => {
    for (let count = 0; count < 3; count += 1) await kit.endpoints().create(context(), { url: url() });
    const limited = kit.endpoints({ endpointLimit: 2 });
    expect((await limited.list('default', { limit: 50 })).items).toHaveLength(3);
    await expect(limited.create(context(), { url: url() })).rejects.toMatchObject({
      code: 'WEBHOOK_ENDPOINT_LIMIT',
    });
  });

  it('are listed in pages, oldest first, also when the last one of a page is deleted meanwhile', async () => {
    const endpoints = kit.endpoints();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1)
      made.push((await endpoints.create(context(), { url: url() })).endpoint.endpointId);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await endpoints.list('default', { limit: 2, cursor });
      listed.push(...page.items.map(({ endpointId }) => endpointId));
      cursor = page.nextCursor ?? undefined;
      if (cursor !== undefined) await endpoints.remove(contextOf({ path: `delete/${cursor}` }), cursor);
    } while (cursor !== undefined);
    expect(listed).toEqual(made);
    for (const wrong of ['x', '*'])
      await expect(endpoints.list('default', { limit: 2, cursor: wrong })).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
  });
});

describe('the port of an endpoint', () => {
  it.each([443, ''])('may be %j', async (port) => {
    const asked = { url: url(port) };
    expect(await kit.endpoints({ ports: [443] }).create(context(), asked)).toHaveProperty('endpoint');
  });

  it.each([80, 22, 8443, 65_535, '0443x', '00022'])('may not be %j unless it is listed', async (port) => {
    await expect(kit.endpoints({ ports: [443] }).create(context(), { url: url(port) })).rejects.toMatchObject(
      { code: 'REQUEST_INVALID' },
    );
  });

  it('may be another one that is listed', async () => {
    const asked = { url: url(8443) };
    expect(await kit.endpoints({ ports: [443, 8443] }).create(context(), asked)).toHaveProperty('endpoint');
  });

  it('of an endpoint of before is named', async () => {
    const { endpoint } = await kit.endpoints().create(context(), { url: url(8443) });
    await kit.endpoints().create(context(), { url: url() });
    expect(await endpointsOnOtherPorts(kit.rig.dataSource, [443])).toEqual([
      { tenantId: 'default', endpointId: endpoint.endpointId, port: 8443 },
    ]);
  });
});
