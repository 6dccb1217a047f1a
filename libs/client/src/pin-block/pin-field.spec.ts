import { describe, expect, it } from 'vitest';
import vectors from '../../../../docs/vectors/pin-field.json' with { type: 'json' };
import { cardBinding, fieldFor, pinField } from './index.js';

const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const OTHER_CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3302';
const ACCOUNT = '987654321098';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();

describe('fieldFor', () => {
  it.each(vectors.vectors)('is $pinField', async ({ pin, pinAccount, cardId, ...vector }) => {
    expect(hex(await cardBinding(cardId))).toBe(vector.cardBinding);
    expect(hex(await fieldFor(pin, pinAccount, cardId))).toBe(vector.pinField);
  });

  it('gives the same field for the same PIN and card, and another one for another card', async () => {
    const [one, again, other] = [CARD, CARD, OTHER_CARD].map((card) => fieldFor('1234', ACCOUNT, card));
    expect(await again).toEqual(await one);
    expect((await other)?.slice(0, 8)).toEqual((await one)?.slice(0, 8));
    expect((await other)?.slice(8)).not.toEqual((await one)?.slice(8));
  });

  it('refuses a PIN or an account as pinBlock does', async () => {
    await expect(fieldFor('12', ACCOUNT, CARD)).rejects.toMatchObject({ code: 'PIN_MALFORMED' });
    await expect(fieldFor('1234', '1', CARD)).rejects.toMatchObject({ code: 'PIN_ACCOUNT_MALFORMED' });
  });
});

describe('cardBinding', () => {
  it.each([
    CARD.toUpperCase(),
    CARD.replace('f', 'F'),
    CARD.replace('e8', 'E8'),
    `${CARD} `,
    CARD.replaceAll('-', ''),
    `{${CARD}}`,
    'card-1',
    '',
  ])('refuses %j: only a lower-case UUID is a card id', async (cardId) => {
    await expect(cardBinding(cardId)).rejects.toMatchObject({ code: 'CARD_ID_MALFORMED' });
  });
});

describe('pinField', () => {
  it.each([0, 7, 9, 32])('refuses a card binding of %i bytes', (length) => {
    expect(() => pinField('1234', ACCOUNT, new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'CARD_BINDING_MALFORMED' }),
    );
  });

  it('leaves its inputs alone and shares no memory with them', () => {
    const binding = new Uint8Array(8).fill(7);
    pinField('1234', ACCOUNT, binding).fill(0);
    expect(binding).toEqual(new Uint8Array(8).fill(7));
  });
});
