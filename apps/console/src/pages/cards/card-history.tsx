import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { auditLineOf } from '../../components/audit-event.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { Section } from '../../components/facts.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { Address, UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';

const route = getRouteApi('/inside/cards/$cardId');

const COLUMNS: readonly Column<Schemas['AuditEvent']>[] = [
  { head: 'When', cell: ({ event }) => <When at={auditLineOf(event).at} /> },
  { head: 'What', cell: ({ event }) => <What event={event} /> },
  { head: 'Result', cell: ({ event }) => <Text>{auditLineOf(event).result}</Text> },
  { head: 'Who', cell: ({ event }) => <Text>{auditLineOf(event).subject}</Text> },
  { head: 'Through', cell: ({ event }) => <Text>{auditLineOf(event).clientId}</Text> },
  { head: 'From', cell: ({ event }) => <From address={auditLineOf(event).sourceAddress} /> },
];

/** What the audit trail says of the card. */
export function CardHistory({ cardId }: { readonly cardId: string }) {
  const mayRead = useMay('audit:read');
  return (
    <Section title="History">
      {mayRead ? (
        <Lines cardId={cardId} />
      ) : (
        <MissingScope what="Seeing what was done with the card" scopes={['audit:read']} />
      )}
    </Section>
  );
}

function Lines({ cardId }: { readonly cardId: string }) {
  const { cursor } = route.useSearch();
  const params = { query: { cardId, limit: 25, ...given({ cursor }) } };
  const query = useQuery({
    queryKey: ['audit', params.query],
    queryFn: ({ signal }) => answered(api.GET('/v1/admin/audit', { params, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <>
          {items.length === 0 ? (
            <Empty>Nothing yet. A line is here some seconds after what it tells of.</Empty>
          ) : (
            <DataTable
              caption="History of the card"
              columns={COLUMNS}
              rows={items}
              keyOf={({ leafIndex }) => String(leafIndex)}
              linkOf={({ leafIndex }) => ({
                to: '/audit/$leafIndex',
                params: { leafIndex: String(leafIndex) },
              })}
            />
          )}
          <Pager cursor={cursor} nextCursor={nextCursor} />
        </>
      )}
    </Loaded>
  );
}

function When({ at }: { readonly at: string | null }) {
  return at === null ? '–' : <Time at={at} />;
}

function What({ event }: { readonly event: Schemas['AuditEvent']['event'] }) {
  const { action, phase } = auditLineOf(event);
  return (
    <>
      <UntrustedText>{action}</UntrustedText>
      {phase !== null && (
        <span className="muted">
          {' '}
          <UntrustedText>{phase}</UntrustedText>
        </span>
      )}
    </>
  );
}

function Text({ children }: { readonly children: string | null }) {
  return children === null ? '–' : <UntrustedText>{children}</UntrustedText>;
}

function From({ address }: { readonly address: string | null }) {
  return address === null ? '–' : <Address>{address}</Address>;
}
