import { linkOptions } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { ApprovalBadge } from './approval-badge.js';
import { nameOfKind } from './kinds.js';

type Approval = Schemas['Approval'];

const COLUMNS: readonly Column<Approval>[] = [
  { head: 'Request', cell: ({ kind }) => nameOfKind(kind) },
  {
    head: 'Reason',
    cell: ({ reason }) => (reason === undefined ? '–' : <UntrustedText>{reason}</UntrustedText>),
  },
  { head: 'Asked by', cell: ({ requestedBy }) => <UntrustedText>{requestedBy}</UntrustedText> },
  { head: 'Asked', cell: ({ requestedAt }) => <Time at={requestedAt} style="short" /> },
  { head: 'Until', cell: ({ expiresAt }) => <Time at={expiresAt} style="short" /> },
  { head: 'State', cell: ({ status }) => <ApprovalBadge status={status} /> },
];

interface ApprovalTableProps {
  readonly approvals: readonly Approval[];
  readonly caption: string;
}

/** Requests that take two persons, each of which leads to its page. */
export function ApprovalTable({ approvals, caption }: ApprovalTableProps) {
  return (
    <DataTable
      caption={caption}
      columns={COLUMNS}
      rows={approvals}
      keyOf={({ approvalId }) => approvalId}
      linkOf={({ approvalId }) => linkOptions({ to: '/approvals/$approvalId', params: { approvalId } })}
    />
  );
}
