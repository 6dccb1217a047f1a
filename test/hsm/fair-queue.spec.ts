import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openPinHsm, PinVerifier } from '#libs/hsm';
import { bounds, CARD, envelopeFor, evaluationName, type EnvelopeCard } from '../support/envelopes.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { shimmedSettings } from './shimmed-hsm.js';

const FLOOD = 40;
/** Handed to the one worker in advance, one turn each, and what is answered in the same message. */
const TURNS_AT_MOST = 16;

it('a tenant that floods the queue keeps no other from its turn', async () => {
  const token = await orderSoftHsmToken(STANDARD_KEYS);
  const { module, environment } = token;
  const hsm = await openPinHsm({
    ...shimmedSettings(token),
    module,
    environment,
    workers: 1,
    queueCapacity: 2 * FLOOD,
  });
  try {
    const [key] = hsm.transportKeys();
    if (key === undefined) throw new Error('no transport key');
    const envelope = await envelopeFor('483216', key);
    const order: string[] = [];
    const validate = async (card: EnvelopeCard) => {
      using place = hsm.reserve(card.tenantId);
      const verifier = new PinVerifier(1, randomBytes(16), randomBytes(32));
      await hsm.matchPin(place, { card, evaluation: evaluationName(), envelope, verifier, bounds: bounds() });
      order.push(card.tenantId);
    };
    const flood = Array.from({ length: FLOOD }, () => validate({ ...CARD, tenantId: 'flood' }));
    await Promise.all([...flood, validate({ ...CARD, tenantId: 'other' })]);
    expect(order).toHaveLength(FLOOD + 1);
    // Counted in turns and not in time.
    expect(order.indexOf('other')).toBeLessThan(TURNS_AT_MOST);
  } finally {
    await hsm.close();
    await token.remove();
  }
});
