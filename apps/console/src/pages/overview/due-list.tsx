import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Notice } from '../../components/facts.js';
import { Empty } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';

type Item = Schemas['DueItem'];

const KIND_WORDS: Readonly<Record<Item['kind'], string>> = {
  'hsm-key': 'Key of the HSM',
  'client-secret': 'Secret of a client',
  'client-keys': 'Keys of a client',
  'client-certificates': 'Certificates of a client',
  'webhook-secret': 'Secret of a webhook endpoint',
  'tls-certificate': 'TLS certificate',
};

/** What has reached its age, or will within days; the first that is due before the others. */
export function DueList({ due }: { readonly due: Schemas['Soundness']['due'] }) {
  const { withinDays, items, more, unknown } = due;
  return (
    <>
      {unknown.length > 0 && (
        <Notice tone="warning">
          Not known of: {unknown.map((kind) => KIND_WORDS[kind].toLowerCase()).join(', ')}.
        </Notice>
      )}
      {items.length === 0 ? (
        <Empty>Nothing is due within {withinDays} days.</Empty>
      ) : (
        <DataTable
          caption={`Due within ${withinDays} days`}
          rows={items}
          keyOf={({ kind, name }) => `${kind} ${name}`}
          columns={[
            { head: 'Due', cell: ({ dueAt }) => <Time at={dueAt} style="short" /> },
            { head: 'What', cell: ({ kind }) => KIND_WORDS[kind] },
            { head: 'Name', cell: (item) => <Name item={item} /> },
            {
              head: 'State',
              cell: ({ overdue }) => (
                <Badge tone={overdue ? 'warning' : 'plain'}>{overdue ? 'overdue' : 'soon'}</Badge>
              ),
            },
          ]}
        />
      )}
      {more && <p className="muted">More are due; these are the first {items.length}.</p>}
    </>
  );
}

/** Leads to where it is replaced, where the person may do that. */
function Name({ item: { kind, name } }: { readonly item: Item }) {
  const mayClients = useMay('ops:clients');
  const mayWebhooks = useMay('webhooks:manage');
  const text = <UntrustedText>{name}</UntrustedText>;
  if (kind === 'webhook-secret' && mayWebhooks)
    return (
      <Link to="/webhooks/$endpointId" params={{ endpointId: name }}>
        {text}
      </Link>
    );
  if (kind.startsWith('client-') && mayClients)
    return (
      <Link to="/clients/$clientId" params={{ clientId: name }}>
        {text}
      </Link>
    );
  return kind === 'tls-certificate' ? 'of this service' : text;
}
