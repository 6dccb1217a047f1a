import { Refused } from '../terminal/refused.js';

/** Does one step of reading a configuration; what it refuses joins the other faults, so that all are told at once. */
export function tried<Value>(faults: string[], step: () => Value): Value | undefined {
  try {
    return step();
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    faults.push(fault.message);
    return undefined;
  }
}

/** @throws Refused with what both refuse */
export function inOneGo<First, Second>(first: () => First, second: () => Second): readonly [First, Second] {
  const faults: string[] = [];
  const values = [tried(faults, first), tried(faults, second)];
  if (faults.length > 0) throw new Refused(faults.join('; '));
  return values as [First, Second];
}
