import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { ProblemBox } from '../../components/problem-box.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { EndpointState } from './endpoint-state.js';

/** Its state, what it gets, a test, and how a paused one goes on. */
export function EndpointFacts({ endpoint }: { readonly endpoint: Schemas['WebhookEndpointRead'] }) {
  const { endpointId, status, events, createdAt, sourceAddresses } = endpoint;
  const path = { params: { path: { endpointId } }, body: {} };
  const resume = useIntention(`resume-webhook:${endpointId}`, (_: null, requestId) =>
    answered(api.POST('/v1/webhook-endpoints/{endpointId}/resume', { ...path, ...under(requestId) })),
  );
  const test = useIntention(`test-webhook:${endpointId}`, (_: null, requestId) =>
    answered(api.POST('/v1/webhook-endpoints/{endpointId}/test', { ...path, ...under(requestId) })),
  );
  return (
    <Section
      title="State"
      actions={
        <div className="actions">
          {status === 'paused' && (
            <Button kind="primary" busy={resume.running} onClick={() => resume.run(null)}>
              Resume
            </Button>
          )}
          <Button busy={test.running} onClick={() => test.run(null)}>
            Send a test event
          </Button>
        </div>
      }
    >
      {resume.problem !== null && <ProblemBox problem={resume.problem} onRetry={() => resume.run(null)} />}
      {test.problem !== null && <ProblemBox problem={test.problem} onRetry={() => test.run(null)} />}
      <div role="status">
        {resume.output !== undefined && status === 'active' && (
          <Notice tone="good">It goes on. The next attempt comes within the hour.</Notice>
        )}
        {test.output !== undefined && (
          <Notice>
            A test event is on its way, signed like every other: <Id>{test.output.deliveryId}</Id>. What was
            answered is among the deliveries.
          </Notice>
        )}
      </div>
      {status === 'paused' && (
        <Notice tone="bad">
          It has taken nothing for a day, or has answered 410, or its secret was lost with a backup. Its
          events wait 72 hours at most.
        </Notice>
      )}
      <Facts>
        <Fact name="State">
          <EndpointState endpoint={endpoint} />
        </Fact>
        <Fact name="Made">
          <Time at={createdAt} />
        </Fact>
        {sourceAddresses.length > 0 && (
          <Fact name="Events come from">
            <UntrustedText>{sourceAddresses.join(', ')}</UntrustedText>
          </Fact>
        )}
        <Fact name="Endpoint">
          <Id>{endpointId}</Id>
        </Fact>
        <Fact name="Events">
          {events === undefined ? (
            <>
              all but <code>otp.issued</code>
            </>
          ) : (
            <UntrustedText>{events.join(', ')}</UntrustedText>
          )}
        </Fact>
      </Facts>
    </Section>
  );
}
