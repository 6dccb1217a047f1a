import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { auditLineOf } from '../../components/audit-event.js';
import { DataTable } from '../../components/data-table.js';
import { formatNumber } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { Address, Id, UntrustedText } from '../../components/untrusted-text.js';

type Line = Schemas['AuditEvent'];

/** Lines of the trail; each leads to all that is in it, and its proof. */
export function AuditTable({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <DataTable
      caption="Lines of the audit trail, oldest first"
      rows={lines}
      keyOf={({ leafIndex }) => String(leafIndex)}
      linkOf={({ leafIndex }) => ({ to: '/audit/$leafIndex', params: { leafIndex: String(leafIndex) } })}
      columns={[
        { head: 'Line', cell: ({ leafIndex }) => formatNumber(leafIndex) },
        { head: 'Time', cell: (line) => <At line={line} /> },
        { head: 'Action', cell: (line) => <Action line={line} /> },
        { head: 'Who', cell: (line) => <Who line={line} /> },
        { head: 'From', cell: (line) => <From line={line} /> },
        { head: 'Card', cell: (line) => <Card line={line} /> },
      ]}
    />
  );
}

function eventOf({ event }: Line) {
  return auditLineOf(event);
}

function Text({ children }: { readonly children: string | null }) {
  return children === null ? null : <UntrustedText>{children}</UntrustedText>;
}

function From({ line }: { readonly line: Line }) {
  const { sourceAddress } = eventOf(line);
  return sourceAddress === null ? null : <Address>{sourceAddress}</Address>;
}

function At({ line }: { readonly line: Line }) {
  const { at } = eventOf(line);
  return at === null ? null : <Time at={at} />;
}

function Action({ line }: { readonly line: Line }) {
  const { action, phase, result } = eventOf(line);
  const more = [phase === 'intent' ? 'intent' : null, result].filter((word) => word !== null);
  return (
    <>
      <UntrustedText>{action}</UntrustedText>
      {more.length > 0 && (
        <span className="muted">
          {' '}
          <UntrustedText>{more.join(', ')}</UntrustedText>
        </span>
      )}
    </>
  );
}

function Who({ line }: { readonly line: Line }) {
  const { subject, clientId } = eventOf(line);
  return (
    <>
      <Text>{subject}</Text>
      {clientId !== null && clientId !== subject && (
        <span className="muted">
          {' '}
          through <UntrustedText>{clientId}</UntrustedText>
        </span>
      )}
    </>
  );
}

function Card({ line }: { readonly line: Line }) {
  const mayOpen = useMay('ops:read');
  const { cardId } = line.event as Readonly<Record<string, unknown>>;
  if (typeof cardId !== 'string') return null;
  return mayOpen ? (
    <Link to="/cards/$cardId" params={{ cardId }}>
      <Id>{cardId}</Id>
    </Link>
  ) : (
    <Id>{cardId}</Id>
  );
}
