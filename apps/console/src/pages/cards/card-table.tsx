import { linkOptions } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { formatNumber } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { CardBadge } from './card-badge.js';

type Card = Schemas['OperatorCard'];

const COLUMNS: readonly Column<Card>[] = [
  { head: 'Reference', cell: ({ cardRef }) => <UntrustedText>{cardRef}</UntrustedText> },
  { head: 'Card', cell: ({ maskedPan }) => (maskedPan === undefined ? '–' : <code>{maskedPan}</code>) },
  { head: 'State', cell: ({ pinStatus }) => <CardBadge status={pinStatus} /> },
  {
    head: 'Locked',
    cell: ({ lockedAt }) => (lockedAt === undefined ? '–' : <Time at={lockedAt} style="short" />),
  },
  {
    head: 'Tries left',
    numeric: true,
    cell: ({ triesRemaining }) => formatNumber(triesRemaining),
  },
  {
    head: 'Failures in a row',
    numeric: true,
    cell: ({ failuresWithoutSuccess }) => formatNumber(failuresWithoutSuccess),
  },
];

/** Cards, each of which leads to its page. */
export function CardTable({ cards, caption }: { readonly cards: readonly Card[]; readonly caption: string }) {
  return (
    <DataTable
      caption={caption}
      columns={COLUMNS}
      rows={cards}
      keyOf={({ cardId }) => cardId}
      linkOf={({ cardId }) => linkOptions({ to: '/cards/$cardId', params: { cardId } })}
    />
  );
}
