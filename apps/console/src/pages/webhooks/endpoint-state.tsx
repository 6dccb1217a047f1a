import type { Schemas } from '../../api/client.js';
import { Badge } from '../../components/facts.js';
import { Time } from '../../components/time.js';

type Endpoint = Pick<Schemas['WebhookEndpoint'], 'status' | 'failingSince' | 'pausedAt'>;

/** Paused, failing, or well. */
export function EndpointState({
  endpoint: { status, failingSince, pausedAt },
}: {
  readonly endpoint: Endpoint;
}) {
  if (status === 'paused')
    return (
      <>
        <Badge tone="bad">paused</Badge>
        {pausedAt !== undefined && (
          <>
            {' '}
            since <Time at={pausedAt} style="short" />
          </>
        )}
      </>
    );
  if (failingSince === undefined) return <Badge tone="good">active</Badge>;
  return (
    <>
      <Badge tone="warning">failing</Badge> since <Time at={failingSince} style="short" />
    </>
  );
}
