import { DataTable } from '../../components/data-table.js';
import { Badge, Section } from '../../components/facts.js';
import { Time } from '../../components/time.js';
import { Id } from '../../components/untrusted-text.js';
import { KeyName } from './key-name.js';
import { countOfDays, STATES, type KeyKind } from './words.js';

type Generation = KeyKind['generations'][number];

/** Newest first. */
export function KeyGenerations({
  kind: { generations, retired },
  processes,
}: {
  readonly kind: KeyKind;
  /** How many run. */
  readonly processes: number;
}) {
  const shown = generations.filter(({ state }) => state === 'retired').length;
  const hasThumbprints = generations.some(({ thumbprint }) => thumbprint !== undefined);
  return (
    <Section title="Generations">
      <DataTable
        caption="Generations, newest first"
        rows={generations}
        keyOf={({ key }) => key}
        columns={[
          { head: 'Key', cell: ({ key }) => <KeyName>{key}</KeyName> },
          { head: 'State', cell: (generation) => <State generation={generation} /> },
          { head: 'Registered', cell: ({ registeredAt }) => <Time at={registeredAt} style="short" /> },
          { head: 'Age', cell: ({ ageDays }) => countOfDays(ageDays) },
          {
            head: 'Ends',
            cell: ({ expiresAt }) =>
              expiresAt === undefined ? 'no end is set' : <Time at={expiresAt} style="short" />,
          },
          ...(generations.some(({ usedPercent }) => usedPercent !== undefined) ? [USED] : []),
          {
            head: 'Held by',
            cell: ({ heldBy }) => `${heldBy} of ${processes} ${processes === 1 ? 'process' : 'processes'}`,
          },
          ...(hasThumbprints ? [THUMBPRINT] : []),
        ]}
      />
      {shown < retired && (
        <p className="muted">
          Of the retired ones the newest {shown} are shown; <code>pinctl keys list</code> has all of them.
        </p>
      )}
    </Section>
  );
}

const USED = {
  head: 'Used',
  cell: ({ usedPercent }: Generation) =>
    usedPercent === undefined ? '' : `${usedPercent} % of the uses after which it is due`,
};
const THUMBPRINT = {
  head: 'Thumbprint',
  cell: ({ thumbprint }: Generation) => (thumbprint === undefined ? '' : <Id>{thumbprint}</Id>),
};

function State({ generation: { state } }: { readonly generation: Generation }) {
  const [tone, sentence] = STATES[state];
  return (
    <>
      <Badge tone={tone}>{state}</Badge>
      <br />
      <span className="muted">{sentence}</span>
    </>
  );
}
