import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClientChanges, ClientRegistry, MakesPower } from '#libs/api-clients';
import { commandLine } from '../approvals/two-persons-kit.js';
import { POLICY } from '../clients/client-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';
import { Backup, exported, reconcile } from './backup-kit.js';

let trail: TrailUnderTest;
let clients: ClientRegistry;
let changes: ClientChanges;
beforeEach(async () => {
  trail = await openTrail();
  clients = new ClientRegistry(trail.rig.dataSource, POLICY);
  changes = new ClientChanges(trail.rig.dataSource, POLICY);
});
afterEach(() => trail[Symbol.asyncDispose]());

const BEFORE = {
  scopes: ['pin:set', 'pin:validate'],
  allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
  requestsPerMinute: 600,
};
const reason = 'Decision of the security board';
const agreed = async (clientId: string) => {
  const { scopes, allowedAddresses, requestsPerMinute } = await clients.read('default', clientId);
  return { scopes, allowedAddresses, requestsPerMinute };
};
/** Makes it, though it gives something. */
const widen = async (clientId: string, asked: object) => {
  const plan = await changes
    .narrow(commandLine(), clientId, { ...asked, reason })
    .catch((fault: unknown) => fault);
  if (!(plan instanceof MakesPower)) throw new Error('it gives nothing');
  await changes.apply(commandLine(), plan.change, { reason });
};

it('what is agreed with a client is after a restore what the lost lines tell last', async () => {
  for (const clientId of ['narrowed', 'widened', 'both', 'untouched'])
    await clients.create(commandLine(), { clientId, ...BEFORE });
  await clients.create(commandLine(), { clientId: 'at-the-general-rate', ...BEFORE });
  await trail.keeper().execute();
  const backup = await Backup.take(trail);
  const narrower = { scopes: ['pin:set'], allowedAddresses: ['192.0.2.7/32'], requestsPerMinute: 6 };
  await changes.narrow(commandLine(), 'narrowed', { ...narrower, reason });
  await widen('widened', { scopes: ['pin:set', 'pin:validate', 'pin:reset'], allowedAddresses: [] });
  await widen('both', { requestsPerMinute: 6_000 });
  await changes.narrow(commandLine(), 'both', { requestsPerMinute: 60, reason });
  await widen('at-the-general-rate', { requestsPerMinute: null });
  await trail.keeper().execute();
  const lines = await exported(trail);
  await backup.restore();
  expect(await agreed('narrowed')).toEqual(BEFORE);

  const { losses } = await reconcile(trail, lines);
  expect(losses.map(({ what }) => what)).toEqual(['register of used PIN envelopes']);
  expect(await agreed('narrowed')).toEqual(narrower);
  expect(await agreed('widened')).toEqual({
    ...BEFORE,
    scopes: ['pin:set', 'pin:validate', 'pin:reset'],
    allowedAddresses: [],
  });
  expect(await agreed('both')).toEqual({ ...BEFORE, requestsPerMinute: 60 });
  expect(await agreed('at-the-general-rate')).toEqual({ ...BEFORE, requestsPerMinute: null });
  expect(await agreed('untouched')).toEqual(BEFORE);
});
