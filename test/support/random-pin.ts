import { randomInt } from 'node:crypto';

/** 12 digits: on no weak list, and never equal by chance. */
export function randomPin(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}
