import { randomInt } from 'node:crypto';

/** A random PAN with a valid check digit (ISO/IEC 7812-1, annex B). */
export function randomPan(): string {
  const payload = `4${Array.from({ length: 14 }, () => randomInt(10)).join('')}`;
  const sum = Array.from(payload, Number).reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${payload}${(10 - (sum % 10)) % 10}`;
}
