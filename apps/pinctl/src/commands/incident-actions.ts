import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import {
  allCards,
  CancelIncident,
  findIncidents,
  incidentCardView,
  incidentView,
  IncidentWork,
  listedIncidentView,
  OpenIncident,
  readIncident,
  readPreview,
  RestoreIncident,
  type CardOutcome,
  type IncidentFilter,
  type Preview,
} from '#libs/incidents';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { policyForOne, recordedPolicy } from '../policy.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { ProgressBar, told } from '../terminal/told.js';
import { incidentWords } from './incident-words.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface PreviewOptions extends Options {
  readonly from: string;
  readonly to: string;
  readonly lockedFrom?: string;
  readonly lockedTo?: string;
  readonly client?: string;
  readonly source?: readonly string[];
  readonly reason: string;
}

const PAGE = 1_000;
const LOOK_EVERY_MS = 1_000;
const MINUTE_MS = 60_000;

/** Searches itself; a service that runs goes on if this is interrupted. */
export async function previewIncident(options: PreviewOptions): Promise<void> {
  const { tenant, json, reason } = options;
  await withIncidents(async (dataSource) => {
    const context = requestContext(tenant);
    const opening = new OpenIncident(dataSource);
    const { body } = await opening.execute({ context, filter: filterIn(options), reason });
    const key = { tenantId: tenant, incidentId: body.incidentId };
    await search(dataSource, key);
    const preview = await readPreview(dataSource.manager, key);
    const next = `Nothing is changed yet. Next: pinctl incidents restore ${body.incidentId}`;
    print(json, incidentView(preview), `${incidentWords(preview)}\n\n${next}`);
  });
}

export async function restoreIncident(
  incidentId: string,
  { tenant, json, yes }: Options & { readonly yes?: true },
): Promise<void> {
  await withIncidents(async (dataSource) => {
    await refuseUnlessOne(dataSource, incidentId);
    const preview = await readPreview(dataSource.manager, { tenantId: tenant, incidentId });
    const { planned } = preview.counts;
    if (yes !== true) await confirm(`This grants guesses at ${planned} cards.`, incidentId);
    // Another person may have asked for two persons while this waited for the answer.
    await refuseUnlessOne(dataSource, incidentId);
    const { body } = await new RestoreIncident(dataSource).execute(requestContext(tenant), incidentId);
    const next = `The services restore them now: pinctl incidents watch ${incidentId}`;
    print(json, body, `${planned} cards are to be restored.\n${next}`);
  });
}

/** Exit code 0: every card was restored or kept out. */
export async function watchIncident(incidentId: string, { tenant, json }: Options): Promise<void> {
  await withIncidents(async (dataSource) => {
    const preview = await untilEnded(dataSource, { tenantId: tenant, incidentId });
    print(json, incidentView(preview), incidentWords(preview));
    const { state } = preview.incident;
    if (state !== 'done') throw new Refused(`the incident is ${state}`);
  });
}

export async function listIncidents({ tenant, json }: Options): Promise<void> {
  await withIncidents(async (dataSource) => {
    const { items } = await findIncidents(dataSource.manager, tenant, { limit: PAGE });
    const views = items.map((incident) => listedIncidentView(incident));
    const rows = items.map(({ incidentId, state, openedAt, openedBy, reason }) => [
      incidentId,
      state,
      openedAt.toISOString(),
      openedBy,
      reason,
    ]);
    print(json, views, table(['INCIDENT', 'STATE', 'OPENED', 'BY', 'REASON'], rows));
  });
}

export async function showIncident(incidentId: string, { tenant, json }: Options): Promise<void> {
  await withIncidents(async (dataSource) => {
    const preview = await readPreview(dataSource.manager, { tenantId: tenant, incidentId });
    print(json, incidentView(preview), incidentWords(preview));
  });
}

export async function showCards(
  incidentId: string,
  { tenant, json, outcome }: Options & { readonly outcome?: CardOutcome },
): Promise<void> {
  await withIncidents(async (dataSource) => {
    const key = { tenantId: tenant, incidentId };
    await readIncident(dataSource.manager, key);
    const cards = [];
    for await (const card of allCards(dataSource.manager, key))
      if (outcome === undefined || card.outcome === outcome) cards.push(card);
    const rows = cards.map((card) => [
      card.cardId,
      card.cardRef,
      card.maskedPan ?? '',
      card.outcome,
      card.cause ?? '',
      `${card.failuresTakenBack} of ${card.failures}`,
    ]);
    const headings = ['CARD', 'REFERENCE', 'PAN', 'OUTCOME', 'CAUSE', 'TAKEN BACK'];
    print(
      json,
      cards.map((card) => incidentCardView(card)),
      table(headings, rows),
    );
  });
}

export async function cancelIncidentCommand(
  incidentId: string,
  { tenant, json, reason }: Options & { readonly reason: string },
): Promise<void> {
  await withIncidents(async (dataSource) => {
    const cancelling = new CancelIncident(dataSource);
    const { body } = await cancelling.execute(requestContext(tenant), incidentId, reason);
    const { restored, planned } = body.counts;
    print(json, body, `Cancelled: ${restored} cards were restored, ${planned} are left as they were.`);
  });
}

async function withIncidents(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  await withDatabase(loadSettings().databaseUrl, work);
}

function filterIn(options: PreviewOptions): IncidentFilter {
  const { from: triedFrom, to: triedTo, lockedFrom, lockedTo, client, source } = options;
  return {
    triedFrom,
    triedTo,
    ...(lockedFrom === undefined ? {} : { lockedFrom }),
    ...(lockedTo === undefined ? {} : { lockedTo }),
    ...(client === undefined ? {} : { clientId: client }),
    ...(source === undefined ? {} : { sourceAddresses: source }),
  };
}

async function refuseUnlessOne(dataSource: DataSource, incidentId: string): Promise<void> {
  await policyForOne(dataSource, 'a restoration', `/v1/admin/incidents/${incidentId}/restore`);
}

interface Key {
  readonly tenantId: string;
  readonly incidentId: string;
}

async function search(dataSource: DataSource, key: Key): Promise<void> {
  const { pinMaxTries: maxTries, pinMaxFailuresWithoutSuccess: maxFailures } =
    await recordedPolicy(dataSource);
  const work = new IncidentWork(
    dataSource,
    () => ({ maxTries, maxFailures }),
    () => true,
  );
  const { searchedUntil: begin, searchEnd } = await readIncident(dataSource.manager, key);
  const minutes = (until: Date) => Math.ceil((until.getTime() - begin.getTime()) / MINUTE_MS);
  const bar = new ProgressBar('minutes of the trail', minutes(searchEnd));
  for (;;) {
    let steps = 0;
    await work.searchUntil(key, () => (steps += 1) > 1);
    const { state, searchedUntil } = await readIncident(dataSource.manager, key);
    bar.show(minutes(searchedUntil));
    if (state !== 'searching') return;
  }
}

async function untilEnded(dataSource: DataSource, key: Key): Promise<Preview> {
  let said = '';
  let bar: ProgressBar | null = null;
  for (;;) {
    const preview = await readPreview(dataSource.manager, key);
    const { incident, counts } = preview;
    const total = counts.planned + counts.restored + counts.keptOut;
    const words =
      incident.waitsFor === null ? `it is ${incident.state}` : `it waits for the ${incident.waitsFor}`;
    if (words !== said) told((said = words));
    if (incident.startedAt !== null) (bar ??= new ProgressBar('cards', total)).show(total - counts.planned);
    if (incident.endedAt !== null) return preview;
    await delay(LOOK_EVERY_MS);
  }
}
