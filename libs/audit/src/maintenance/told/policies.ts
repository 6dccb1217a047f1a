import type { EntityManager } from 'typeorm';
import { recordDeploymentPolicy } from '#libs/database';
import { NO_TENANT } from '#libs/requests';
import { TOLD, type Loss } from './lines.js';

type Content = Record<string, unknown>;

interface ToldChange {
  readonly version: number;
  /** `name: "before -> after"` for each changed member. */
  readonly changes: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly subject: string;
  readonly clientId: string;
  readonly at: Date;
}

const TOLD_CHANGES = `${TOLD}
  SELECT (details ->> 'version')::int AS version, details -> 'changes' AS changes, details ->> 'reason' AS reason, subject,
         client_id AS "clientId", occurred_at AS at
    FROM told WHERE action = 'policy.change' AND (details ->> 'version')::int > $2 ORDER BY leaf_no`;

/** Its entries are in no line: the trail has only the length of the list. */
const UNTOLD = 'weakPins';

/** Makes each change since again, version by version. */
export async function applyPolicies(manager: EntityManager, from: number): Promise<Loss[]> {
  const [newest] = await manager.query<{ version: number; content: Content }[]>(
    'SELECT version, content FROM policies ORDER BY version DESC LIMIT 1',
  );
  if (newest === undefined) return [];
  const told = await manager.query<ToldChange[]>(TOLD_CHANGES, [from, newest.version]);
  let { content } = newest;
  for (const change of told) {
    content = { ...content, ...valuesOf(change) };
    await manager.query(
      `INSERT INTO policies (version, content, set_by, set_through, reason, set_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [change.version, JSON.stringify(content), change.subject, change.clientId, change.reason, change.at],
    );
  }
  if (told.length > 0) await tellTheVersionBefore(manager, content);
  return told
    .filter(({ changes }) => UNTOLD in changes)
    .map(({ version }) => ({
      tenantId: NO_TENANT,
      what: `weak PINs of policy ${version}`,
      remedy: 'pinctl policy set with the list that was agreed on: an earlier one holds',
    }));
}

function valuesOf({ changes }: ToldChange): Content {
  const members = Object.entries(changes).filter(([member]) => member !== UNTOLD);
  return Object.fromEntries(
    members.map(([member, change]) => [member, JSON.parse(change.split(' -> ')[1] ?? '') as unknown]),
  );
}

async function tellTheVersionBefore(manager: EntityManager, content: Content): Promise<void> {
  await recordDeploymentPolicy(manager, {
    approvals: Number(content['approvals']),
    maxTries: Number(content['pinMaxTries']),
    maxFailuresWithoutSuccess: Number(content['pinMaxFailuresWithoutSuccess']),
  });
}
