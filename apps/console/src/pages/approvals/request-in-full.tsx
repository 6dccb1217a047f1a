import type { Schemas } from '../../api/client.js';
import { Fact, Facts, Section } from '../../components/facts.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { ApprovalBadge } from './approval-badge.js';
import { WhatWouldBeDone } from './what-would-be-done.js';

type Approval = Schemas['Approval'];

/** Who asks for what, and why; and what will be carried out. */
export function RequestInFull({ approval }: { readonly approval: Approval }) {
  const { status, reason, requestedBy, requestedThrough, requestedAt, expiresAt } = approval;
  return (
    <>
      <Section title="Request">
        <Facts>
          <Fact name="State">
            <ApprovalBadge status={status} />
          </Fact>
          <Fact name="Asked by">
            <UntrustedText>{requestedBy}</UntrustedText>
          </Fact>
          {requestedThrough !== undefined && (
            <Fact name="Through the client">
              <UntrustedText>{requestedThrough}</UntrustedText>
            </Fact>
          )}
          <Fact name="Asked">
            <Time at={requestedAt} />
          </Fact>
          <Fact name={status === 'pending' ? 'Lapses' : 'Would have lapsed'}>
            <Time at={expiresAt} />
          </Fact>
          <Decided approval={approval} />
          {reason !== undefined && (
            <Fact name="Reason">
              <UntrustedText>{reason}</UntrustedText>
            </Fact>
          )}
        </Facts>
      </Section>
      <WhatWouldBeDone approval={approval} />
    </>
  );
}

function Decided({ approval: { decidedBy, decidedAt } }: { readonly approval: Approval }) {
  if (decidedBy === undefined || decidedAt === undefined) return null;
  return (
    <>
      <Fact name="Decided by">
        <UntrustedText>{decidedBy}</UntrustedText>
      </Fact>
      <Fact name="Decided">
        <Time at={decidedAt} />
      </Fact>
    </>
  );
}
