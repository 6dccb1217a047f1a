import type { Schemas } from '../../api/client.js';
import { Badge, type Tone } from '../../components/facts.js';

type Status = Schemas['Approval']['status'];

const TONES: Readonly<Record<Status, Tone>> = {
  pending: 'warning',
  approved: 'good',
  rejected: 'bad',
  lapsed: 'plain',
};

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  pending: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  lapsed: 'Lapsed',
};

export function ApprovalBadge({ status }: { readonly status: Status }) {
  return <Badge tone={TONES[status]}>{STATUS_WORDS[status]}</Badge>;
}
