import { Badge, type Tone } from '../../components/facts.js';
import type { PinStatus } from './search.js';

const TONES: Readonly<Record<PinStatus, Tone>> = {
  unset: 'plain',
  active: 'good',
  locked: 'bad',
  closed: 'plain',
};

export const STATUS_WORDS: Readonly<Record<PinStatus, string>> = {
  unset: 'No PIN yet',
  active: 'Active',
  locked: 'Locked',
  closed: 'Closed',
};

export function CardBadge({ status }: { readonly status: PinStatus }) {
  return <Badge tone={TONES[status]}>{STATUS_WORDS[status]}</Badge>;
}
