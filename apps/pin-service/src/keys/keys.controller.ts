import { Controller, Get, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outsideTransaction } from '#libs/database';
import { KEY_KINDS, type KeyKind } from '#libs/hsm';
import { listedKeys, readKeyHolders, referenceShares } from '#libs/keys';
import { Caller } from '../edge/requests/handlers.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';
import { keysAnswer, listKeysSchema, type ListKeysQuery } from './key-schemas.js';
import { keysView } from './key-view.js';

/** The HSM's keys, as registered and held: those of the installation, seen by operators of any tenant. Ceremonies are pinctl's. */
@Zone('operators')
@Controller('v1/admin/keys')
export class KeysController {
  constructor(private readonly dataSource: DataSource) {}

  @Operation('List the keys of the HSM', { 200: keysAnswer })
  @Get()
  @RequireScope('ops:read', 'ops:policy')
  async list(@Caller() { tenantId }: Caller, @Query({ schema: listKeysSchema }) { kind }: ListKeysQuery) {
    const now = new Date();
    const kinds = kind === undefined ? KEY_KINDS : [kind];
    const holders = await outsideTransaction(() => readKeyHolders(this.dataSource));
    const neededBy = (of: KeyKind, generations: readonly number[]) =>
      referenceShares(this.dataSource, of, { tenantId, generations });
    const keys = await outsideTransaction(() =>
      listedKeys(this.dataSource, now, { holders, neededBy }, kinds),
    );
    return keysView(keys, kinds, { holders, now });
  }
}
