import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import type { Growth } from './judge-growth.js';
import { forgetCheckpoint } from './seen-checkpoint.js';

/** Nothing, unless the trail is not the one that this browser has seen. */
export function GrowthAlarm({ growth }: { readonly growth: Growth | null }) {
  const queries = useQueryClient();
  if (growth?.kind !== 'changed') return null;
  const forget = () => {
    forgetCheckpoint();
    void queries.resetQueries();
  };
  return (
    <div role="alert">
      <Notice tone="bad">
        <p>
          <strong>The audit trail is not the one that this browser has seen before.</strong>{' '}
          <UntrustedText>{growth.fault}</UntrustedText>
        </p>
        <p>
          A trail only grows. Tell those who audit the service, and keep this browser as it is: they may want
          to see what it has kept. Only where they know why, for instance after a backup was restored without
          its last lines, let it go.
        </p>
        <Button kind="danger" onClick={forget}>
          Forget what was seen
        </Button>
      </Notice>
    </div>
  );
}

/** The same, and what is good to know. */
export function GrowthView({ growth }: { readonly growth: Growth | null }) {
  if (growth === null) return null;
  if (growth.kind === 'changed') return <GrowthAlarm growth={growth} />;
  if (growth.kind === 'unknown')
    return (
      <Notice tone="warning">
        Whether the trail only grew since this browser has last seen it cannot be told now: the proof could
        not be fetched.
      </Notice>
    );
  return growth.kind === 'first' ? (
    <Notice>This browser keeps this checkpoint, and will tell whether the trail only grew since.</Notice>
  ) : (
    <Notice tone="good">
      The trail only grew: the {formatNumber(growth.seenSize)} lines that this browser had seen are its first,
      as they were. It was computed in this browser.
    </Notice>
  );
}
