import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { Agent } from 'undici';
import { PinwardClient, type CardImport } from '#libs/client/backend';
import { randomPan } from '../test/support/random-pan.js';
import { TestIdentity } from '../test/rigs/test-identity.js';
import { makeTestToken } from '../test/rigs/token.js';
import type { LoadResult } from './load.js';
import { median } from './sealing.js';
import { BenchStack, CARDS } from './stack.js';

const RSA_BITS = 3072;
/** The most cards of one call. */
const A_CALL = 100_000;
/** For the windows beside an import: one after the other, so that it is under way all the time. */
const BESIDE = 5_000;
const FIRST_PINS = 500;
/** Windows of each kind, in turns: other work on this machine disturbs some of them, and a median ignores those. */
const WINDOWS = 5;
/** Of what the service can answer: a load at which callers hardly wait for each other. */
const MODERATE = 0.5;

/** Rates are cards or requests a second, times milliseconds; `load` is the machine's load average over a minute. */
export interface ImportFigures {
  readonly [what: string]: Readonly<Record<string, number>>;
}

type Progress = (line: string) => void;

/**
 * How fast cards are imported alone, with PANs and without, and get their first PINs; and what validate requests wait beside an import with PANs:
 * as many as can be, and half of that.
 *
 * @param seconds of each window of validate requests
 */
export async function measureImports(seconds: number, progress: Progress): Promise<ImportFigures> {
  return await withStack(progress, async (stack, sender) => {
    progress('warming up');
    const { perSecond: most } = await stack.warmUp();
    await sender.send(BESIDE, withPan);
    progress(`${A_CALL} cards without PANs`);
    const bare = await sender.send(A_CALL, bareCard);
    progress(`${A_CALL} cards with PANs`);
    const full = await sender.send(A_CALL, withPan);
    progress(`${FIRST_PINS} first PINs`);
    const pins = { perSecond: await stack.firstPinsPerSecond(FIRST_PINS), load: load() };
    const figures: Record<string, Readonly<Record<string, number>>> = {
      'cards without PAN': bare,
      'cards with PAN': full,
      'first PINs': pins,
    };
    for (const [name, perSecond] of [
      ['32 at once', undefined],
      ['half of that', Math.round(most * MODERATE)],
    ] as const) {
      const total = Math.ceil(((perSecond ?? most) * seconds) / CARDS) * CARDS;
      const windows: Window[] = [];
      for (let round = 1; round <= WINDOWS; round += 1) {
        progress(`${total} validate requests, ${name}: alone, then beside an import, ${round} of ${WINDOWS}`);
        windows.push(await measureWindow(stack, sender, { total, perSecond }));
      }
      const medianOf = (value: (window: Window) => number) => median(windows.map((window) => value(window)));
      for (const kind of ['alone', 'beside'] as const) {
        figures[`validate, ${name}, ${kind}`] = {
          perSecond: medianOf((window) => window[kind].perSecond),
          p50Ms: medianOf((window) => window[kind].p50Ms),
          p99Ms: medianOf((window) => window[kind].p99Ms),
          load: load(),
        };
      }
      figures[`cards beside ${name}`] = { perSecond: medianOf(({ cards }) => cards), load: load() };
    }
    return rounded(figures);
  });
}

/** A whole portfolio with PANs, in as many calls as it takes. */
export async function movePortfolio(cards: number, progress: Progress): Promise<ImportFigures> {
  return await withStack(progress, async (_stack, sender) => {
    const began = performance.now();
    const figures: Record<string, Readonly<Record<string, number>>> = {};
    for (let done = 0; done < cards; done += A_CALL) {
      const call = await sender.send(Math.min(A_CALL, cards - done), withPan);
      figures[`call ${done / A_CALL + 1}`] = call;
      progress(`${done + A_CALL} of ${cards} cards, ${Math.round(call['perSecond'] ?? 0)} a second`);
    }
    const seconds = (performance.now() - began) / 1_000;
    return rounded({ ...figures, whole: { cards, seconds, perSecond: cards / seconds, load: load() } });
  });
}

async function withStack(
  progress: Progress,
  work: (stack: BenchStack, sender: Sender) => Promise<ImportFigures>,
): Promise<ImportFigures> {
  const token = await makeTestToken({ rsaBits: RSA_BITS });
  using identity = await TestIdentity.make();
  try {
    progress('a database, a service, and its cards');
    await using stack = await BenchStack.start({ token, identity });
    await using sender = new Sender(stack.target);
    return await work(stack, sender);
  } finally {
    await token.remove();
  }
}

const bareCard = () => ({ cardRef: `bench-${randomUUID()}` });
const withPan = () => ({ ...bareCard(), pan: randomPan(), expiry: '12/29', holderName: 'Ada Lovelace' });

class Sender implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #client: PinwardClient;

  constructor({ baseUrl, ca, token }: BenchStack['target']) {
    this.#agent = new Agent({ connect: { ca } });
    this.#client = new PinwardClient({
      baseUrl,
      credentials: { accessToken: () => token },
      dispatcher: this.#agent,
    });
  }

  async send(count: number, card: typeof bareCard): Promise<Readonly<Record<string, number>>> {
    const began = performance.now();
    const state = await this.#client.importCards({ cards: () => cardsOf(count, card) });
    return figuresOf(state, count, began);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
  }
}

interface Window {
  readonly alone: LoadResult;
  readonly beside: LoadResult;
  /** A second, beside the requests. */
  readonly cards: number;
}

async function measureWindow(
  stack: BenchStack,
  sender: Sender,
  { total, perSecond }: { readonly total: number; readonly perSecond: number | undefined },
): Promise<Window> {
  const alone = await stack.load(total, perSecond);
  const ended = new AbortController();
  const rates: number[] = [];
  const importing = (async () => {
    while (!ended.signal.aborted) rates.push((await sender.send(BESIDE, withPan))['perSecond'] ?? 0);
  })();
  const beside = await stack.load(total, perSecond).finally(() => ended.abort());
  await importing;
  return { alone, beside, cards: median(rates) };
}

function* cardsOf(count: number, card: typeof bareCard) {
  for (let index = 0; index < count; index += 1) yield card();
}

/** @throws Error when a card is missing: a fast import of less is no result */
function figuresOf({ registered }: CardImport, cards: number, began: number) {
  if (registered !== cards) throw new Error(`${registered} of ${cards} cards were registered`);
  const seconds = (performance.now() - began) / 1_000;
  return { cards, seconds, perSecond: cards / seconds, load: load() };
}

function load(): number {
  return loadavg()[0] ?? 0;
}

function rounded(figures: ImportFigures): ImportFigures {
  const each = (row: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value.toFixed(1))]));
  return Object.fromEntries(Object.entries(figures).map(([name, row]) => [name, each(row)]));
}
