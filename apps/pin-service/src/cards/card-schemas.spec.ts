import { describe, expect, it } from 'vitest';
import { registerCardSchema } from '#libs/sent-json';
import { unlockSchema } from './card-schemas.js';

/** Each is invisible, or makes a text look different: bidi override, line separator, zero width, soft hyphen, tag. */
const UNSEEN = ['\u202e', '\u2028', '\u200b', '\u00ad', '\u{e0041}'];

const card = (holderName: string) => ({ cardRef: 'a-card', pan: '4539578763621486', holderName });

describe('text that people read', () => {
  it('is taken as it is written', () => {
    expect(registerCardSchema.safeParse(card('Zoë Müller-Ångström')).success).toBe(true);
    expect(unlockSchema.safeParse({ reason: 'identified by phone, 5 questions' }).success).toBe(true);
  });

  it.each(UNSEEN)('holds no unseen character: a holder name, a reason (%j)', (unseen) => {
    expect(registerCardSchema.safeParse(card(`Zoë${unseen} Müller`)).success).toBe(false);
    expect(unlockSchema.safeParse({ reason: `identified${unseen} by phone` }).success).toBe(false);
  });
});
