import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console/console-rig.js';
import { CHROMIUM, ConsoleBrowser } from '../console/journeys/console-browser.js';
import { everyPage, seedDay } from '../console/journeys/every-page.js';
import { comeFrom, load, sessionOf, watchLoads, type Load } from '../console/load-times.js';
import { insertLockedCards } from '../incidents/locked-cards.js';
import { scaled } from '../support/scale.js';
import { until } from '../support/until.js';

/** What is counted is the same for both; what is measured is recorded for the full amount. */
const LOCKED = scaled({ ci: 500, full: 10_000 });
/** Loads of each page and kind. */
const LOADS = scaled({ ci: 1, full: 5 });
/** Where a page is come to from. */
const BEFORE = '/console/own-sessions';

/** The document, its script and style sheet, the session, the page's own parts, and what it reads. */
const REQUESTS_AT_MOST = 30;
/** Of these, the session and what the page reads: the card page, the longest, reads six things. */
const CALLS_AT_MOST = 8;
/** With an empty cache, what the page reads included. */
const BYTES_AT_MOST = 200_000;
/** With a full one: the document is asked for anew, and the data. */
const WARM_BYTES_AT_MOST = 60_000;

const median = (values: readonly number[], share = 0.5) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

describe.skipIf(CHROMIUM === null)('coming to a page, next to a portfolio of locked cards', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let pages: ReturnType<typeof everyPage>;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    browser = await ConsoleBrowser.open(rig);
    pages = everyPage(await seedDay(rig, [await rig.signedIn('asha'), await rig.signedIn('ravi')]));
    const owner = await rig.kit.openOwner();
    await insertLockedCards(owner, LOCKED);
    await until('all lines are sealed', async () => {
      const [row] = await owner.query<{ left: string }[]>(
        'SELECT (SELECT count(*) FROM audit_events) - (SELECT count(*) FROM audit_leaves) AS left',
      );
      return Number(row?.left) < 100;
    });
    await owner.query('ANALYZE');
  });
  afterAll(async () => {
    await browser.settle();
    await rig[Symbol.asyncDispose]();
  });

  it('takes few requests and bytes; the times are told', async () => {
    const warm = await browser.signedIn('asha');
    await watchLoads(warm);
    const session = await sessionOf(warm);
    const cold = async (path: string) => {
      const page = await browser.page(session);
      await watchLoads(page);
      try {
        return await load(page, path);
      } finally {
        await page.context().close();
      }
    };
    const table: Record<string, object> = {};
    // The first load of all fills caches that do not belong to the browser.
    for (const { path } of pages) await load(warm, path);
    // A page that is not there asks for no data.
    const withData = pages.filter(({ name, act }) => act === undefined && name !== 'not-found');
    for (const { name, path } of withData) {
      const found = { cold: [] as Load[], warm: [] as Load[], within: [] as number[] };
      for (let turn = 0; turn < LOADS; turn += 1) {
        found.cold.push(await cold(path));
        found.warm.push(await load(warm, path));
        if (path !== BEFORE) found.within.push(await comeFrom(warm, BEFORE, path));
      }
      const times = (loads: readonly Load[]) => loads.map(({ shownMs }) => shownMs);
      const ms = (values: readonly number[], share?: number) => Math.round(median(values, share));
      const most = (loads: readonly Load[], of: 'requests' | 'calls' | 'bytes') =>
        Math.max(...loads.map((one) => one[of]));
      table[name] = {
        'within p50 ms': ms(found.within),
        'within most ms': ms(found.within, 1),
        'warm p50 ms': ms(times(found.warm)),
        'warm most ms': ms(times(found.warm), 1),
        'cold p50 ms': ms(times(found.cold)),
        'cold most ms': ms(times(found.cold), 1),
        requests: most(found.cold, 'requests'),
        calls: most(found.cold, 'calls'),
        'cold kB': Math.round(most(found.cold, 'bytes') / 1000),
        'warm kB': Math.round(most(found.warm, 'bytes') / 1000),
      };
      expect(most(found.cold, 'requests'), name).toBeLessThanOrEqual(REQUESTS_AT_MOST);
      expect(most(found.cold, 'calls'), name).toBeGreaterThan(0);
      expect(most(found.cold, 'calls'), name).toBeLessThanOrEqual(CALLS_AT_MOST);
      expect(most(found.cold, 'bytes'), name).toBeLessThanOrEqual(BYTES_AT_MOST);
      expect(most(found.warm, 'bytes'), name).toBeLessThanOrEqual(WARM_BYTES_AT_MOST);
      // The cache has taken what never changes.
      expect(most(found.warm, 'bytes'), name).toBeLessThan(most(found.cold, 'bytes') / 2);
    }
    console.table(table);
  });
});
