import type { Schemas } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Fact, Facts, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { isOver, progressOf } from './states.js';
import { causeWords } from './words.js';

/** How many cards, how far it is, and why some are kept out. */
export function IncidentNumbers({ incident }: { readonly incident: Schemas['Incident'] }) {
  const { counts, state } = incident;
  const causes = Object.entries(counts.causes as Readonly<Record<string, number>>);
  return (
    <Section title="Numbers">
      <Progress incident={incident} />
      <Facts>
        <Fact name={isOver(state) ? 'Left as they were' : 'To be restored'}>
          {formatNumber(counts.planned)}
        </Fact>
        <Fact name="Restored">{formatNumber(counts.restored)}</Fact>
        <Fact name="Kept out">{formatNumber(counts.keptOut)}</Fact>
        <Fact name="Failures taken back">{formatNumber(counts.failuresTakenBack)}</Fact>
      </Facts>
      {causes.length > 0 && (
        <DataTable
          caption="Why cards are kept out"
          rows={causes}
          keyOf={([cause]) => cause}
          columns={[
            { head: 'Kept out', cell: ([cause]) => causeWords(cause) },
            { head: 'Cards', numeric: true, cell: ([, count]) => formatNumber(count) },
          ]}
        />
      )}
    </Section>
  );
}

function Progress({ incident }: { readonly incident: Schemas['Incident'] }) {
  const done = progressOf(incident);
  if (done === null) return null;
  const what = incident.state === 'searching' ? 'The trail is searched' : 'Cards are restored';
  return (
    <label className="field">
      <span>
        {what}: {Math.floor(done * 100)} %
      </span>
      <progress max={1} value={done} />
    </label>
  );
}
