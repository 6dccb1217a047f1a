import type { Schemas } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Section } from '../../components/facts.js';
import { Empty } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import type { KeyKind } from './words.js';

interface KeyHoldersProps {
  readonly kind: KeyKind;
  readonly processes: Schemas['Keys']['processes'];
}

/** The processes that have reported within half a minute, and which generations each of them holds. */
export function KeyHolders({ kind: { generations }, processes }: KeyHoldersProps) {
  return (
    <Section title="Who holds them">
      {processes.length === 0 ? (
        <Empty>No process has reported within half a minute.</Empty>
      ) : (
        <DataTable
          caption="Processes that run"
          rows={processes}
          keyOf={({ replicaId }) => replicaId}
          columns={[
            { head: 'Host', cell: ({ host }) => <UntrustedText>{host ?? 'not told'}</UntrustedText> },
            { head: 'Process', cell: ({ replicaId }) => <Id>{replicaId}</Id> },
            { head: 'Version', cell: ({ version }) => <UntrustedText>{version ?? 'older'}</UntrustedText> },
            {
              head: 'Holds',
              cell: ({ keys }) => {
                const held = generations.flatMap(({ key }) => {
                  const state = (keys as Readonly<Record<string, string>>)[key];
                  return state === undefined ? [] : [`${key} (${state})`];
                });
                return held.length === 0 ? 'none of these' : held.join(', ');
              },
            },
            { head: 'Last report', cell: ({ seenAt }) => <Time at={seenAt} /> },
          ]}
        />
      )}
    </Section>
  );
}
