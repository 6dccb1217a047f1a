import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CardData, CardVault } from '#libs/card-vault';
import { FairSemaphore } from '#libs/fair-semaphore';
import { CardImports, ImportCards } from '#libs/pin';
import type { RequestContext } from '#libs/requests';
import type { ImportLine } from '#libs/sent-json';
import { FakeHsm } from '../support/fake-hsm.js';
import { randomPan } from '../support/random-pan.js';
import { contextOf, openStore, type StoreUnderTest } from './store-kit.js';

let rig: StoreUnderTest;
let vault: CardVault;
let imports: CardImports;
beforeAll(async () => {
  rig = await openStore();
  vault = new CardVault(await FakeHsm.open(), rig.dataSource);
  imports = new CardImports(rig.dataSource);
  await rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('a'), ('b') ON CONFLICT DO NOTHING");
});
beforeEach(async () => {
  for (const table of ['card_imports', 'card_import_lines', 'card_import_turns'])
    await rig.owner.query(`DELETE FROM ${table}`);
});
afterAll(() => rig[Symbol.asyncDispose]());

interface Doing {
  readonly lines: AsyncIterable<ImportLine> | Iterable<ImportLine>;
  readonly context?: RequestContext;
  readonly sealing?: Pick<CardVault, 'sealTogether'>;
  readonly share?: FairSemaphore;
  readonly mostAtOnce?: number;
}

const ofTenant = (tenantId: string, context = contextOf()): RequestContext => ({ ...context, tenantId });

async function importLines({ lines, context = contextOf(), sealing = vault, share, mostAtOnce = 4 }: Doing) {
  const importCards = new ImportCards(rig.dataSource, sealing, share ?? new FairSemaphore(1), mostAtOnce);
  return await importCards.execute({
    context,
    lines: (async function* () {
      yield* lines;
    })(),
    signal: new AbortController().signal,
    onBatch: () => undefined,
    view: ({ importId }) => ({ importId }),
  });
}

const card = (lineNo: number, data: CardData | null = null): ImportLine => ({
  lineNo,
  card: { cardRef: `ref-${randomUUID()}`, data, pinAccountSource: 'surrogate', chip: false },
});
const full = (count: number) =>
  Array.from({ length: count }, (_, index) => card(index + 1, new CardData(randomPan(), '12/29', null)));

/** A gate that a test opens. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('the share of the HSM', () => {
  it('is never exceeded, whichever tenants have imports', async () => {
    const [running, turns] = [new Set<symbol>(), [] as string[]];
    let most = 0;
    const sealing = {
      sealTogether: async (...[tenantId, cards]: Parameters<CardVault['sealTogether']>) => {
        const own = Symbol(tenantId);
        running.add(own);
        most = Math.max(most, running.size);
        turns.push(tenantId);
        const sealed = await vault.sealTogether(tenantId, cards);
        running.delete(own);
        return sealed;
      },
    };
    const share = new FairSemaphore(1);
    const ended = await Promise.all(
      ['a', 'b'].map((tenantId) =>
        importLines({ lines: full(800), context: ofTenant(tenantId), sealing, share }),
      ),
    );
    expect(ended.map(({ registered }) => registered)).toEqual([800, 800]);
    expect(most).toBe(1);
    // Neither waits for the end of the other.
    const [first, second] = turns[0] === 'a' ? ['a', 'b'] : ['b', 'a'];
    expect(turns.indexOf(second)).toBeLessThan(turns.lastIndexOf(first));
  });
});

describe('a run', () => {
  it('that another has taken over writes nothing more', async () => {
    const context = contextOf();
    const lines = Array.from({ length: 400 }, (_, index) => card(index + 1));
    const [half, over] = [gate(), gate()];
    const first = importLines({
      context,
      lines: (async function* () {
        yield* lines.slice(0, 200);
        half.open();
        await over.opened;
        yield* lines.slice(200);
      })(),
    });
    await half.opened;
    await rig.owner.query('UPDATE card_imports SET runs_until = clock_timestamp()');
    const second = await importLines({ context, lines });
    expect(second).toMatchObject({ state: 'completed', registered: 400 });
    over.open();
    await expect(first).rejects.toMatchObject({ code: 'CARD_IMPORT_INTERRUPTED' });
    expect(await imports.read(context.tenantId, second.importId)).toMatchObject({
      state: 'completed',
      registered: 400,
    });
    const [row] = await rig.owner.query<{ cards: number; lines: number }[]>(
      `SELECT count(*)::integer AS cards, (SELECT count(*)::integer FROM audit_events WHERE action = 'card.register'
          AND request_id = $2) AS lines FROM cards WHERE card_ref = ANY ($1)`,
      [lines.map((line) => ('card' in line ? line.card.cardRef : '')), context.requestId],
    );
    expect(row).toEqual({ cards: 400, lines: 400 });
  });

  it('that meets a fault of our own ends, with that fault', async () => {
    const fault = new TypeError('a defect');
    const sealing = { sealTogether: () => Promise.reject(fault) };
    const context = contextOf();
    await expect(importLines({ lines: full(1), context, sealing })).rejects.toBe(fault);
    expect(await imports.findByRequest(context.tenantId, context.clientId, context.requestId)).toMatchObject({
      state: 'interrupted',
      registered: 0,
    });
  });

  it('that seals nothing writes nothing: neither card nor record', async () => {
    const sealing = { sealTogether: () => Promise.reject(new Error('no HSM')) };
    const lines = full(3);
    await expect(importLines({ lines, sealing })).rejects.toThrow('no HSM');
    const counts = `SELECT (SELECT count(*)::integer FROM card_import_lines) AS lines,
      (SELECT count(*)::integer FROM cards WHERE card_ref = ANY ($1)) AS cards`;
    const refs = lines.map((line) => ('card' in line ? line.card.cardRef : ''));
    expect(await rig.owner.query(counts, [refs])).toEqual([{ lines: 0, cards: 0 }]);
  });
});

describe('a place in the queue', () => {
  it('is lost by a tenant that does not come back', async () => {
    const [held, over] = [gate(), gate()];
    const first = importLines({
      context: ofTenant('a'),
      mostAtOnce: 1,
      lines: (async function* () {
        held.open();
        await over.opened;
        yield card(1);
      })(),
    });
    await held.opened;
    await expect(
      importLines({ lines: [card(1)], context: ofTenant('b'), mostAtOnce: 1 }),
    ).rejects.toMatchObject({ code: 'OPERATION_RATE_LIMITED', members: { limit: 'card-imports' } });
    over.open();
    await first;
    const again = () => importLines({ lines: [card(1)], context: ofTenant('a'), mostAtOnce: 1 });
    await expect(again()).rejects.toMatchObject({ members: { limit: 'card-imports' } });
    await rig.owner.query(
      "UPDATE card_import_turns SET asked_at = asked_at - interval '31 seconds' WHERE tenant_id = 'b'",
    );
    expect(await again()).toMatchObject({ state: 'completed' });
  });
});

describe('old imports', () => {
  it('are forgotten with their lines; younger ones, running ones and all cards stay', async () => {
    const [old, young] = [await importLines({ lines: full(3) }), await importLines({ lines: [card(1)] })];
    const [held, over] = [gate(), gate()];
    const context = contextOf();
    const running = importLines({
      context,
      lines: (async function* () {
        held.open();
        await over.opened;
        yield card(1);
      })(),
    });
    await held.opened;
    await rig.owner.query(
      "UPDATE card_imports SET changed_at = changed_at - interval '31 days' WHERE import_id <> $1",
      [young.importId],
    );
    const cards = async () => await rig.owner.query<unknown[]>('SELECT count(*) FROM cards');
    const before = await cards();
    expect(await imports.purge(30)).toBe(1);
    expect(await cards()).toEqual(before);
    over.open();
    const ended = await running;
    await expect(imports.read('default', old.importId)).rejects.toMatchObject({
      code: 'CARD_IMPORT_NOT_FOUND',
    });
    const left = await rig.owner.query<{ import_id: string }[]>(
      'SELECT DISTINCT import_id FROM card_import_lines',
    );
    expect(left.map(({ import_id: id }) => id).toSorted()).toEqual(
      [young.importId, ended.importId].toSorted(),
    );
  });
});
