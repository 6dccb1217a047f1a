import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { scaled } from '../support/scale.js';
import type { IssuedCard, PinAnswer, PreparedRequest } from './card-app.js';
import { MAX_TRIES, ServiceRig } from './service-rig.js';

const CARDS = scaled({ ci: 8, full: 50 });
const GUESSES = scaled({ ci: 60, full: 200 });
const REPEATS = 100;

let rig: ServiceRig;
let services: readonly ServiceProcess[];

beforeAll(async () => {
  rig = await ServiceRig.open();
  services = await Promise.all([rig.start(), rig.start()]);
});
afterAll(async () => await rig[Symbol.asyncDispose]());

function service(index: number): ServiceProcess {
  return services[index % services.length] as ServiceProcess;
}

/** All at once, dealt to the services in turn. */
async function sendAll(requests: readonly PreparedRequest[]): Promise<PinAnswer[]> {
  return await Promise.all(requests.map((request, index) => rig.app.send(service(index), request)));
}

/** A quarter of them changes: they share the card's one counter. */
async function wrongGuesses(card: IssuedCard): Promise<PreparedRequest[]> {
  const otp = await rig.app.otp(service(0), card);
  const guesses = Array.from({ length: GUESSES }, (_, index) =>
    index % 8 < 2
      ? rig.app.change(card, randomPin(), randomPin(), otp)
      : rig.app.validation(card, randomPin()),
  );
  return await Promise.all(guesses);
}

function evaluationsOf(requests: readonly PreparedRequest[]): number {
  return rig.counts
    .evaluations(requests.flatMap(({ envelopes }) => envelopes))
    .reduce((sum, count) => sum + count, 0);
}

it(`judges at most ${MAX_TRIES} of ${GUESSES} simultaneous wrong guesses a card, on two services and ${CARDS} cards`, async () => {
  const everything: PreparedRequest[] = [];
  let judgedAtOnce = 0;
  for (let count = 0; count < CARDS; count += 1) {
    const pin = randomPin();
    const card = await rig.app.cardWithPin(service(count), pin);
    const guesses = await wrongGuesses(card);
    const answers = await sendAll(guesses);
    judgedAtOnce += answers.filter(({ status }) => status === 200).length;
    // Those that were told to come back later do, one after the other, until the card is locked.
    for (let later = 0; later < GUESSES && answers.at(-1)?.status !== 423; later += 1) {
      const guess = await rig.app.validation(card, randomPin());
      guesses.push(guess);
      answers.push(await rig.app.send(service(guesses.length), guess));
    }
    const judged = answers.filter(({ status }) => status === 200);

    expect(answers.filter(({ status }) => ![200, 409, 423].includes(status))).toEqual([]);
    expect(evaluationsOf(guesses)).toBe(MAX_TRIES);
    expect(judged.map(({ body }) => body.triesRemaining).toSorted()).toEqual([0, 1, 2]);

    const right = [await rig.app.validation(card, pin), await rig.app.validation(card, pin)];
    expect((await sendAll(right)).map(({ status }) => status)).toEqual([423, 423]);
    expect(evaluationsOf(right)).toBe(0);
    everything.push(...guesses, ...right);
  }
  // Looked at again at the end: nothing was evaluated late.
  expect(evaluationsOf(everything)).toBe(CARDS * MAX_TRIES);
  // Otherwise there was no race: one guess a card was judged at least, and both services judged some.
  expect(judgedAtOnce).toBeGreaterThanOrEqual(CARDS);
  expect(rig.counts.evaluatingHosts(everything.flatMap(({ envelopes }) => envelopes)).size).toBe(
    services.length,
  );
});

it.each([
  ['right', true],
  ['wrong', false],
])(`opens the envelope once for ${REPEATS} simultaneous copies of one request: %s PIN`, async (_, right) => {
  const pin = randomPin();
  const card = await rig.app.cardWithPin(service(0), pin);
  const request = await rig.app.validation(card, right ? pin : randomPin());
  const answers = await sendAll(Array.from({ length: REPEATS }, () => request));
  const final = await rig.app.send(service(1), request);

  expect(final).toMatchObject({ status: 200, replayed: true, body: { verified: right } });
  for (const { status, body } of answers) {
    if (status === 200) expect(body).toEqual(final.body);
    else expect({ status, code: body.code }).toEqual({ status: 409, code: 'REQUEST_IN_PROGRESS' });
  }
  expect(answers.filter(({ status, replayed }) => status === 200 && !replayed)).toHaveLength(1);
  expect(rig.counts.evaluations(request.envelopes)).toEqual([1]);
  expect(await rig.app.triesRemaining(service(0), card)).toBe(right ? MAX_TRIES : MAX_TRIES - 1);
});
