import type { DataSource } from 'typeorm';
import { readKeyHolders } from '#libs/keys';
import { readPolicy } from '#libs/policy';
import type { Section } from './section.js';

/** The processes that serve now, which have reported within half a minute, and whether they agree. */
export async function replicasNow(dataSource: DataSource): Promise<Section> {
  const holders = await readKeyHolders(dataSource);
  const policy = (await readPolicy(dataSource.manager))?.version ?? null;
  const replicas = holders.map(({ replicaId, host, version, policyVersion, startedAt, trouble }) => ({
    replicaId,
    host,
    version,
    policyVersion,
    startedAt,
    trouble,
  }));
  const names = replicas.map(({ host, replicaId }) => `${host ?? 'unknown host'} ${replicaId.slice(0, 8)}`);
  const versions = [...new Set(replicas.map(({ version }) => version ?? 'older'))];
  const attention = replicas.flatMap(({ trouble, policyVersion }, index) => [
    ...(trouble === null ? [] : [`${names[index]}: ${trouble}`]),
    ...(policyVersion === null || policy === null || policyVersion === policy
      ? []
      : [`${names[index]} goes by policy ${policyVersion}, ${policy} holds: look at its log`]),
  ]);
  if (replicas.length === 0) attention.push('no service is running');
  if (versions.length > 1)
    attention.push(`replicas have several versions (${versions.join(', ')}): end the upgrade`);
  return {
    name: 'replicas',
    facts: { replicas, versions },
    words: replicas.map(({ version, policyVersion, startedAt }, index) => {
      const since = startedAt === null ? '' : ` since ${startedAt.toISOString()}`;
      return `${names[index]}: version ${version ?? 'older'}, policy ${policyVersion ?? 'unknown'},${since}`.replace(
        /,$/,
        '',
      );
    }),
    attention,
  };
}

export async function policyNow({ manager }: DataSource): Promise<Section> {
  const found = await readPolicy(manager);
  if (found === null)
    return {
      name: 'policy',
      facts: { policy: null },
      words: ['none: no service has started yet'],
      attention: [],
    };
  const { version, setBy, setAt, policy } = found;
  return {
    name: 'policy',
    facts: { version, setBy, setAt, approvals: policy.approvals },
    words: [`${version}, set by ${setBy} on ${setAt.toISOString()} (pinctl policy show)`],
    attention: [],
  };
}
