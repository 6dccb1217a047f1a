import { z } from 'zod';
import { policyChanges, type PolicyVersion } from '#libs/policy';
import { time } from '../edge/requests/schema-parts.js';

const step = {
  version: z.int().min(1),
  setBy: z.string(),
  setThrough: z.string(),
  reason: z.string(),
  setAt: time,
};
export const policyAnswer = z
  .object({
    ...step,
    policy: z.record(z.string(), z.union([z.int(), z.boolean(), z.array(z.string())])),
  })
  .meta({ id: 'Policy' });
export const policyHistoryAnswer = policyAnswer
  .extend({
    history: z.array(z.object({ ...step, changes: z.record(z.string(), z.string()).optional() })),
  })
  .meta({ id: 'PolicyHistory' });

export type PolicyView = ReturnType<typeof policyView>;

export function policyView({ setAt, ...version }: PolicyVersion) {
  return { ...version, setAt: setAt.toISOString() };
}

/** @param versions newest first; the newest is shown as a whole, the others with their changes */
export function historyView(versions: readonly PolicyVersion[]) {
  const [newest] = versions;
  if (newest === undefined) throw new Error('the database holds no policy');
  const history = versions.map((version, index) => {
    const { policy, ...rest } = policyView(version);
    const before = versions[index + 1];
    return { ...rest, ...(before === undefined ? {} : { changes: policyChanges(before.policy, policy) }) };
  });
  return { ...policyView(newest), history };
}
