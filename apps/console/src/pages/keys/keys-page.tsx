import type { Schemas } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Notice } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { Time } from '../../components/time.js';
import { Id } from '../../components/untrusted-text.js';
import { KeyName } from './key-name.js';
import { KEY_SCOPES, useKeys } from './use-keys.js';
import { countOfDays, dueWords, earlierOf, movedPercent, type KeyKind } from './words.js';

/** Every kind of key of the HSM: which generation is current, and what is due. */
export function KeysPage() {
  const { may, query } = useKeys();
  return (
    <>
      <PageHead title="Keys" />
      {!may && <MissingScope what="Seeing the keys" scopes={KEY_SCOPES} />}
      {may && (
        <Loaded query={query}>
          {({ kinds, processes }) => (
            <>
              <Troubles processes={processes} />
              <KindTable kinds={kinds} />
              <CeremoniesStay />
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

function KindTable({ kinds }: { readonly kinds: readonly KeyKind[] }) {
  const now = Date.now();
  return (
    <DataTable
      caption="Kinds of keys"
      rows={kinds}
      keyOf={({ kind }) => kind}
      linkOf={({ kind }) => ({ to: '/keys/$kind', params: { kind } })}
      columns={[
        { head: 'Kind', cell: ({ kind }) => <KeyName>{kind}</KeyName> },
        { head: 'What it is for', cell: ({ purpose }) => purpose },
        { head: 'Current', cell: (kind) => <Current kind={kind} /> },
        { head: 'Next rotation', cell: (kind) => <NextRotation kind={kind} now={now} /> },
        { head: 'Earlier ones', cell: (kind) => <Earlier kind={kind} /> },
      ]}
    />
  );
}

function Current({ kind: { generations } }: { readonly kind: KeyKind }) {
  const current = generations.find(({ state }) => state === 'current');
  if (current === undefined) return 'none';
  return (
    <>
      <KeyName>{current.key}</KeyName>
      <br />
      <span className="muted">{countOfDays(current.ageDays)} old</span>
    </>
  );
}

/** The date, and in words how far it is. */
export function NextRotation({ kind, now }: { readonly kind: KeyKind; readonly now: number }) {
  const [tone, words] = dueWords(kind, now);
  return (
    <>
      <Badge tone={tone}>{words}</Badge>
      {kind.dueAt !== undefined && (
        <>
          <br />
          <Time at={kind.dueAt} style="short" />
        </>
      )}
    </>
  );
}

/** How far values have moved away from the generation that is furthest behind. */
function Earlier({ kind }: { readonly kind: KeyKind }) {
  const earlier = earlierOf(kind);
  if (earlier.length === 0) return 'none in use';
  const moved = earlier.flatMap(({ neededBy }) => neededBy.map(movedPercent));
  const least = Math.min(100, ...moved);
  return (
    <>
      {earlier.map(({ key }) => (
        <div key={key}>
          <KeyName>{key}</KeyName>
        </div>
      ))}
      {moved.length > 0 && (
        <>
          <br />
          <span className="muted">
            {least === 100 ? 'nothing found that needs it' : `${least} % moved on`}
          </span>
        </>
      )}
    </>
  );
}

/** Why a process does not hold what is registered. */
export function Troubles({ processes }: { readonly processes: Schemas['Keys']['processes'] }) {
  const troubled = processes.filter(({ trouble }) => trouble !== undefined);
  if (troubled.length === 0) return null;
  return (
    <Notice tone="bad">
      {troubled.map(({ replicaId, host, trouble }) => (
        <p key={replicaId}>
          A process on <Id>{host ?? replicaId}</Id> does not take up a registered key:{' '}
          <Id>{trouble ?? ''}</Id>
        </p>
      ))}
    </Notice>
  );
}

/** The console changes no key. */
export function CeremoniesStay() {
  return (
    <Notice>
      Keys are made, rotated and retired on the command line, by those who hold the HSM’s secrets: see “Keys:
      ceremony, rotation, retirement” in the documentation. The commands that are shown here are run there,
      with <code>pinctl</code>. Keys are those of the whole installation. Of what still needs them, numbers
      are told of your own tenant alone.
    </Notice>
  );
}
