import { policyChanges, type PolicyVersion } from '#libs/policy';

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
