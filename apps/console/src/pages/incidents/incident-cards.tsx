import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section, type Tone } from '../../components/facts.js';
import { SelectField } from '../../components/field.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { OUTCOMES } from './search.js';
import { causeWords, OUTCOME_WORDS } from './words.js';

const route = getRouteApi('/inside/incidents/$incidentId');

interface IncidentCardsProps {
  readonly incidentId: string;
  /** The list is read anew when it changes. */
  readonly state: Schemas['Incident']['state'];
}

/** Its cards: to be restored, restored, or kept out and why. */
export function IncidentCards({ incidentId, state }: IncidentCardsProps) {
  const { outcome, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const mayOpenCards = useMay('ops:read');
  const query = useQuery({
    queryKey: ['incident-cards', incidentId, state, outcome, cursor],
    queryFn: () =>
      answered(
        api.GET('/v1/admin/incidents/{incidentId}/cards', {
          params: { path: { incidentId }, query: given({ outcome, cursor }) },
        }),
      ),
  });
  return (
    <Section title="Cards">
      <div className="filters">
        <SelectField
          label="Outcome"
          value={outcome ?? ''}
          options={[['', 'all'], ...OUTCOMES.map((name) => [name, OUTCOME_WORDS[name]] as const)]}
          onChange={(event) => {
            const chosen = OUTCOMES.find((name) => name === event.target.value);
            void navigate({ search: given({ outcome: chosen }) });
          }}
        />
      </div>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>There is no such card.</Empty>
            ) : (
              <DataTable
                caption="Cards of the incident"
                rows={items}
                keyOf={({ cardId }) => cardId}
                {...(mayOpenCards && {
                  linkOf: ({ cardId }: Schemas['IncidentCard']) => ({
                    to: '/cards/$cardId' as const,
                    params: { cardId },
                  }),
                })}
                columns={[
                  { head: 'Reference', cell: ({ cardRef }) => <UntrustedText>{cardRef}</UntrustedText> },
                  { head: 'Card', cell: ({ maskedPan }) => maskedPan ?? '' },
                  { head: 'Outcome', cell: (card) => <Outcome card={card} /> },
                  { head: 'Failures in a row', numeric: true, cell: ({ failures }) => failures },
                  {
                    head: 'Of the filter',
                    numeric: true,
                    cell: ({ failuresTakenBack }) => failuresTakenBack,
                  },
                ]}
              />
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

const TONES: Readonly<Record<Schemas['IncidentCard']['outcome'], Tone>> = {
  planned: 'plain',
  restored: 'good',
  'kept-out': 'warning',
};

function Outcome({ card: { outcome, cause } }: { readonly card: Schemas['IncidentCard'] }) {
  return (
    <>
      <Badge tone={TONES[outcome]}>{OUTCOME_WORDS[outcome]}</Badge>
      {cause !== undefined && <> {causeWords(cause)}</>}
    </>
  );
}
