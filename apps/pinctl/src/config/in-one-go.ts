import type { z } from 'zod';
import { Refused } from '../terminal/refused.js';

/** Does one step of reading a configuration. Its refusal joins the other faults, so that all are printed at once. */
export function tried<Value>(faults: string[], step: () => Value): Value | undefined {
  try {
    return step();
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    faults.push(fault.message);
    return undefined;
  }
}

/** @throws Refused with the faults of both */
export function inOneGo<First, Second>(first: () => First, second: () => Second): readonly [First, Second] {
  const faults: string[] = [];
  const values = [tried(faults, first), tried(faults, second)];
  if (faults.length > 0) throw new Refused(faults.join('; '));
  return values as [First, Second];
}

/** What is wrong by a schema, setting by setting; never a value. */
export function settingFaults({ error }: z.ZodSafeParseResult<unknown>): readonly string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
