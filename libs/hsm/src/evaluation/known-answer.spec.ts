import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { cardBinding } from '#libs/client/pin-block';
import {
  KNOWN_ANSWER_CARD,
  KNOWN_ANSWER_FIELD,
  KNOWN_ANSWER_SALT,
  knownAnswerMessage,
  SEAL_KNOWN_ANSWER,
} from './known-answer.js';

it('the known answer never changes: registered fingerprints depend on every byte of it', async () => {
  const { tenantId, cardId } = KNOWN_ANSWER_CARD;
  expect([tenantId, cardId]).toEqual(['pinward', '00000000-0000-4000-8000-000000000000']);
  // Format 0 of PIN 0192837465 on PIN account 000000000000, then the card binding.
  expect(KNOWN_ANSWER_FIELD.toString('hex')).toBe('0a0192837465ffff5dbc72ca4640f26b');
  expect(KNOWN_ANSWER_FIELD.subarray(8)).toEqual(Buffer.from(await cardBinding(cardId)));
  expect(KNOWN_ANSWER_SALT.toString('ascii')).toBe('pinward:dummy:v1');
  const message = createHash('sha256').update(knownAnswerMessage('lookup')).digest('hex').slice(0, 16);
  expect(message).toBe('a044fb155c1cd41a');
  const { iv, value, associatedData } = SEAL_KNOWN_ANSWER;
  expect([iv, value].map(String)).toEqual(['pinward:seal', 'pinward:known:v1']);
  expect(associatedData.toString('latin1')).toBe('\0\x17pinward:known-answer:v1\0\x04seal');
});
