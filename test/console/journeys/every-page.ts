import type { Page } from 'playwright-core';
import { until } from '../../support/until.js';
import type { ConsoleRig, Visitor } from '../console-rig.js';
import { isRead } from './console-browser.js';
import { lockedCard } from './seed.js';

/** Of the browser's elements, whose types are not known here. */
interface Scrolled {
  scrollIntoView(where: { readonly block: 'end' }): void;
}

export interface EveryPage {
  readonly name: string;
  readonly path: string;
  /** On the page, before it is looked at. */
  readonly act?: (page: Page) => Promise<unknown>;
}

const idIn = (body: unknown, name: string) => String((body as Readonly<Record<string, unknown>>)[name]);

/** What a working day leaves behind, and all pages that show it. It takes a rig with two approvals. */
export async function seedDay(rig: ConsoleRig, persons: readonly [Visitor, Visitor]) {
  const { kit } = rig;
  const [asha, ravi] = persons;
  const post = async (visitor: Visitor, path: string, body: unknown) => {
    const answer = await visitor.post(path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const locked = [];
  for (const cardRef of ['retail-10482', 'retail-10977', 'corporate-00213', 'travel-55108'])
    locked.push(await lockedCard(kit, { cardRef, pan: panFor(cardRef) }));
  await kit.register({ cardRef: 'retail-11203', pan: panFor('retail-11203') });
  const [first, second, third] = locked.map(({ cardId }) => cardId);
  const unlock = async (visitor: Visitor, cardId: string | undefined, reason: string) =>
    idIn(await post(visitor, `/v1/admin/cards/${cardId}/unlock`, { reason }), 'approvalId');
  const approved = await unlock(asha, third, 'Identified by video call, case 88213');
  await post(ravi, `/v1/admin/approvals/${approved}/approve`, {});
  const waiting = await unlock(ravi, first, 'Identified at the Mumbai branch, passport seen');
  await unlock(asha, second, 'Called from the number on file');
  await post(asha, '/v1/admin/brakes', {
    kind: 'client-pins',
    target: 'atm-gateway-2',
    reason: 'Wrong PINs from one rack since 08:10',
  });
  const lines = async (query: string) => {
    const { body } = await asha.send('GET', `/v1/admin/audit?${query}`);
    return (body as { items: { leafIndex: number; event: object }[] }).items;
  };
  // Incidents know what is sealed, as the pages of lines do.
  await until('what was done is sealed', async () =>
    JSON.stringify(await lines('limit=200')).includes('brake.pull'),
  );
  const incident = await post(asha, '/v1/admin/incidents', {
    filter: { triedFrom: since, triedTo: new Date().toISOString(), clientId: 'card-app' },
    reason: 'Release 7.3 of the app sent PINs of the wrong card',
  });
  const incidentId = idIn(incident, 'incidentId');
  for (const [clientId, scopes] of [
    ['mobile-backend', ['pin:set', 'pin:validate', 'pin:change']],
    ['atm-gateway-1', ['pin:validate']],
    ['atm-gateway-2', ['pin:validate']],
  ] as const)
    await kit.newClient({ clientId, scopes });
  const changed = idIn(
    await post(asha, '/v1/admin/clients/mobile-backend/change', {
      scopes: ['pin:validate', 'pin:change', 'pin:reset'],
      allowedAddresses: ['203.0.113.16/28', '2001:db8:1::/48'],
      requestsPerMinute: 6_000,
      reason: 'The app lets cardholders reset their PINs from December on',
    }),
    'approvalId',
  );
  await post(ravi, `/v1/admin/approvals/${changed}/approve`, {});
  await kit.knownPerson('Meera Nair');
  const endpoint = await post(asha, '/v1/webhook-endpoints', { url: 'https://events.bank.example/pinward' });
  const state = async () => idIn((await asha.send('GET', `/v1/admin/incidents/${incidentId}`)).body, 'state');
  await until('the preview is there', async () => (await state()) !== 'searching');
  return {
    card: first ?? '',
    unlocked: third ?? '',
    waiting,
    changed,
    incidentId,
    endpointId: idIn(endpoint, 'endpointId'),
    leafIndex: (await lines(`cardId=${third}`)).at(-1)?.leafIndex ?? 0,
  };
}

/** Every page, and what of it opens over it. */
export function everyPage({
  card,
  unlocked,
  waiting,
  changed,
  incidentId,
  endpointId,
  leafIndex,
}: Awaited<ReturnType<typeof seedDay>>): readonly EveryPage[] {
  const press = (button: string) => async (page: Page) => {
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor();
  };
  const change = async (page: Page) => {
    await page.getByLabel(/^pin:set /).check();
    await page.getByLabel('Allowed addresses').fill('203.0.113.16/29\n198.51.100.0/24');
    await page.getByLabel('Requests a minute').fill('600');
  };
  const help = async (page: Page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  };
  const toProof = async (page: Page) =>
    await page
      .getByRole('region', { name: 'Proof' })
      .evaluate((part: Scrolled) => part.scrollIntoView({ block: 'end' }));
  const menu = async (page: Page) => {
    await page.locator('.person').click();
    await page.getByRole('menuitem').first().waitFor();
  };
  return [
    { name: 'overview', path: '/console/' },
    { name: 'cards', path: '/console/cards' },
    { name: 'card', path: `/console/cards/${card}` },
    { name: 'card-history', path: `/console/cards/${unlocked}` },
    { name: 'approvals', path: '/console/approvals?status=any' },
    { name: 'approval', path: `/console/approvals/${waiting}` },
    { name: 'approval-question', path: `/console/approvals/${waiting}`, act: press('Approve…') },
    { name: 'approval-change', path: `/console/approvals/${changed}` },
    { name: 'incidents', path: '/console/incidents' },
    { name: 'incident', path: `/console/incidents/${incidentId}` },
    { name: 'incident-new', path: '/console/incidents?view=new' },
    { name: 'alarms', path: '/console/incidents?view=alarms' },
    { name: 'brakes', path: '/console/incidents?view=brakes' },
    { name: 'audit', path: '/console/audit' },
    { name: 'audit-line', path: `/console/audit/${leafIndex}`, act: toProof },
    { name: 'audit-keys', path: '/console/audit?view=keys' },
    { name: 'clients', path: '/console/clients' },
    { name: 'client', path: '/console/clients/mobile-backend' },
    { name: 'client-change', path: '/console/clients/mobile-backend?view=change', act: change },
    { name: 'webhooks', path: '/console/webhooks' },
    { name: 'webhook', path: `/console/webhooks/${endpointId}` },
    { name: 'keys', path: '/console/keys' },
    { name: 'key-kind', path: '/console/keys/card-vault' },
    { name: 'own-sessions', path: '/console/own-sessions' },
    { name: 'help', path: '/console/', act: help },
    { name: 'menu', path: '/console/', act: menu },
    { name: 'not-found', path: '/console/nothing-here' },
  ];
}

/** Comes to a page within the session, and waits until it shows what there is. */
export async function come(page: Page, { path, act }: EveryPage): Promise<void> {
  await page.goto(path);
  await isRead(page);
  if (act === undefined) return;
  await act(page);
}

/** Of a range for tests, with a right check digit; always the same for the same reference. */
function panFor(cardRef: string): string {
  const digits = `4111${[...cardRef].map((letter) => (letter.codePointAt(0) ?? 0) % 10).join('')}00000000000`;
  const body = digits.slice(0, 15);
  const sum = [...body].toReversed().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}
