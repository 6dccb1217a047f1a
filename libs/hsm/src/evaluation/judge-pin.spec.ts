import { describe, expect, it } from 'vitest';
import type { EvaluationName } from '../contract/attestation.js';
import { PinVerifier } from '../contract/pin-verifier.js';
import { AttestationKeys } from './attestation.js';
import {
  generationsToEnrol,
  generationsToMatch,
  judgeEnrolment,
  judgeMatch,
  type OpenedPin,
} from './judge-pin.js';
import { weakPinTag } from './verifier-mac.js';

const card = { tenantId: 'default', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const evaluation: EvaluationName = { evaluationId: 'e', operation: 'validate', eventNo: '3' };
const attestation = new AttestationKeys(new Map([[1, Buffer.alloc(32, 9)]]), 1);
const judge = (current: number) => ({ current, attestation });
const nonce = Buffer.alloc(16, 1);
const noWeakPins = { generation: 1, nonce, tags: Buffer.alloc(0) };

/** A PIN whose R0 differs by generation, as the real one's does. */
const pin = (byte: number): OpenedPin => ({
  r0: (generation) => Buffer.alloc(24, byte * 16 + generation),
});
const enrol = (opened: OpenedPin, current = 1): PinVerifier => {
  const result = judgeEnrolment(
    opened,
    { card, eventNo: '1', weakPins: noWeakPins, history: [] },
    judge(current),
  );
  if (result.outcome !== 'enrolled') throw new Error(result.outcome);
  return result.verifier;
};

describe('judging', () => {
  it('asks for the same generations whether it will match or not, each once', () => {
    const verifier = enrol(pin(1), 2);
    expect(generationsToMatch({ card, evaluation, verifier }, 2)).toEqual([2]);
    expect(generationsToMatch({ card, evaluation, verifier }, 3)).toEqual([2, 3]);
    const history = [enrol(pin(1), 1), enrol(pin(2), 2), enrol(pin(3), 1)];
    expect(
      generationsToEnrol({ card, eventNo: '1', weakPins: { ...noWeakPins, generation: 3 }, history }, 4),
    ).toEqual([4, 3, 1, 2]);
  });

  it('renews only what matched under another generation', () => {
    const verifier = enrol(pin(1), 1);
    const mismatch = judgeMatch(pin(2), { card, evaluation, verifier }, judge(2));
    expect(mismatch.matched).toBe(false);
    expect(mismatch).not.toHaveProperty('renewed');
    expect(judgeMatch(pin(1), { card, evaluation, verifier }, judge(1))).toMatchObject({
      matched: true,
      renewed: null,
    });
    const renewal = judgeMatch(pin(1), { card, evaluation, verifier }, judge(2));
    expect(renewal).toMatchObject({ matched: true, renewed: { generation: 2 } });
  });

  it('attests the verdict that it gives', () => {
    const verifier = enrol(pin(1), 1);
    for (const [opened, verdict] of [
      [pin(1), 'matched'],
      [pin(2), 'not-matched'],
    ] as const) {
      const { verdictMac: mac } = judgeMatch(opened, { card, evaluation, verifier }, judge(1));
      const claim = { kind: 'verdict', ...card, ...evaluation, verdict, compared: mac.compared } as const;
      expect(attestation.check({ claim, mac })).toBe('authentic');
    }
  });

  it('looks for weak PINs and old PINs under the generations they were made with', () => {
    const weakPins = { generation: 2, nonce, tags: weakPinTag(pin(5).r0(2), nonce) };
    const history = [enrol(pin(6), 3)];
    expect(judgeEnrolment(pin(5), { card, eventNo: '1', weakPins, history }, judge(1))).toEqual({
      outcome: 'too-weak',
    });
    expect(judgeEnrolment(pin(6), { card, eventNo: '1', weakPins, history }, judge(1))).toEqual({
      outcome: 'reused',
    });
    expect(judgeEnrolment(pin(7), { card, eventNo: '1', weakPins, history }, judge(1))).toMatchObject({
      outcome: 'enrolled',
    });
  });
});
