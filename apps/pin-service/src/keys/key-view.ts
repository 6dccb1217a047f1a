import type { KeyKind } from '#libs/hsm';
import {
  KEY_PURPOSES,
  keySteps,
  rotationRule,
  type KeyHolder,
  type ListedKey,
  type ReferenceShare,
} from '#libs/keys';

const RETIRED_SHOWN = 20;
const PROCESSES_SHOWN = 200;

/** Their fingerprint is the thumbprint of a public key. That of a secret key is an answer of the key itself. */
const PAIRS: ReadonlySet<KeyKind> = new Set([
  'pin-transport',
  'token-signing',
  'audit-signing',
  'manifest-signing',
]);

type Key = ListedKey<ReferenceShare>;

/** Keys as operators see them: nothing secret, and no numbers of what other tenants have. */
export function keysView(
  keys: readonly Key[],
  kinds: readonly KeyKind[],
  context: { readonly holders: readonly KeyHolder[]; readonly now: Date },
) {
  return {
    kinds: kinds.map((kind) =>
      kindView(
        kind,
        keys.filter((key) => key.kind === kind),
        context,
      ),
    ),
    processes: context.holders.slice(0, PROCESSES_SHOWN).map(processView),
  };
}

function kindView(kind: KeyKind, keys: readonly Key[], context: Parameters<typeof keySteps>[2]) {
  const dueAt = keys.find(({ state }) => state === 'current')?.dueAt ?? undefined;
  const retired = keys.filter(({ state }) => state === 'retired');
  const shown = new Set(retired.slice(0, RETIRED_SHOWN));
  return {
    kind,
    purpose: KEY_PURPOSES[kind],
    rotation: rotationRule(kind),
    dueAt,
    due: dueAt !== undefined && Date.parse(dueAt) <= context.now.getTime(),
    steps: keySteps(kind, keys, context),
    generations: keys.filter((key) => key.state !== 'retired' || shown.has(key)).map(generationView),
    retired: retired.length,
  };
}

function generationView(key: Key) {
  const { generation, state, registeredAt, ageDays, neededBy, heldBy } = key;
  const { uses: limit } = rotationRule(key.kind);
  const isCounted = limit !== undefined && key.uses !== null;
  return {
    key: key.key,
    generation,
    state,
    registeredAt,
    ageDays,
    expiresAt: key.expiresAt ?? undefined,
    usedPercent: isCounted ? Math.floor((100 * key.uses) / limit) : undefined,
    thumbprint: PAIRS.has(key.kind) && state !== 'announced' ? key.fingerprint : undefined,
    neededBy,
    heldBy,
  };
}

function processView({ replicaId, host, version, startedAt, seenAt, keys, trouble }: KeyHolder) {
  return {
    replicaId,
    host: host ?? undefined,
    version: version ?? undefined,
    startedAt: startedAt?.toISOString(),
    seenAt: seenAt.toISOString(),
    keys,
    trouble: trouble ?? undefined,
  };
}
