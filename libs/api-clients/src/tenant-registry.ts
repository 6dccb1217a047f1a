import type { DataSource } from 'typeorm';
import { inTransaction, outsideTransaction, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { couldBePan } from '#libs/pan-mask';
import { type RequestContext, recordEffect } from '#libs/requests';

const TENANT_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The tenants, for the operators' command line: callers over HTTP see only their own. */
export class TenantRegistry {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param context of the new tenant, whose audit trail begins with this
   * @returns false when the tenant existed before
   * @throws PinwardError REQUEST_INVALID
   */
  async create(context: RequestContext): Promise<boolean> {
    const { tenantId } = context;
    if (!TENANT_ID.test(tenantId) || couldBePan(tenantId)) {
      const detail = 'must be 1 to 64 of letters, digits, dot, underscore and -, and no card number';
      throw new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/tenant', detail }] });
    }
    return await inTransaction(this.dataSource, async (manager) => {
      // Written out: the service's role may set only a tenant's id, and a DEFAULT for another column would be refused.
      const made = await manager.query<unknown[]>(
        'INSERT INTO tenants (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING tenant_id',
        [tenantId],
      );
      if (made.length === 0) return false;
      const effect = { action: 'tenant.create', result: 'created', cardId: null, eventNo: null };
      await recordEffect(manager, context, effect);
      return true;
    });
  }

  async exists(tenantId: string): Promise<boolean> {
    return await outsideTransaction(() => this.dataSource.manager.existsBy(TenantEntity, { tenantId }));
  }

  async list(): Promise<TenantEntity[]> {
    return await outsideTransaction(() =>
      this.dataSource.manager.find(TenantEntity, { order: { tenantId: 'ASC' } }),
    );
  }
}
