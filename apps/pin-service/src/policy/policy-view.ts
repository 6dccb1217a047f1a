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
export const policyAnswer = z.object({
  ...step,
  policy: z.record(z.string(), z.union([z.int(), z.boolean(), z.array(z.string())])),
});
export const policyHistoryAnswer = policyAnswer.extend({
  history: z.array(z.object({ ...step, changes: z.record(z.string(), z.string()).optional() })),
});

export type PolicyView = ReturnType<typeof policyView>;

export function policyView({ setAt, ...version }: PolicyVersion) {
  return { ...version, setAt: setAt.toISOString() };
}

/** @param versions newest first; of all but the newest what it changed is shown, not the whole */
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
