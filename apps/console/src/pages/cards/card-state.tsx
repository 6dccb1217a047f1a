import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { policyQuery } from '../../api/policy.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { formatNumber, inWords } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { CardBadge } from './card-badge.js';

type Card = Schemas['OperatorCard'];

/** How a card stands, against what the policy allows. */
export function CardState({ card }: { readonly card: Card }) {
  const policy = useQuery(policyQuery);
  const limits = policy.data?.policy ?? {};
  const { maskedPan, pinStatus, triesRemaining, failuresWithoutSuccess, lockedAt, pinSetAt, lastUnlock } =
    card;
  return (
    <Section title="State">
      <Facts>
        <Fact name="PIN">
          <CardBadge status={pinStatus} />
        </Fact>
        <Fact name="Tries left">{ofLimit(triesRemaining, limits['pinMaxTries'])}</Fact>
        <Fact name="Failures in a row">
          {ofLimit(failuresWithoutSuccess, limits['pinMaxFailuresWithoutSuccess'])}
        </Fact>
        {lockedAt !== undefined && (
          <Fact name="Locked">
            <Time at={lockedAt} />
          </Fact>
        )}
        {pinSetAt !== undefined && (
          <Fact name="PIN set">
            <Time at={pinSetAt} />
          </Fact>
        )}
        <Fact name="Card number">
          {maskedPan === undefined ? 'not known here' : <code>{maskedPan}</code>}
        </Fact>
        {lastUnlock !== undefined && (
          <Fact name="Last unlock">
            <Time at={lastUnlock.at} /> by <UntrustedText>{lastUnlock.by}</UntrustedText>:{' '}
            <UntrustedText>{lastUnlock.reason}</UntrustedText>
          </Fact>
        )}
      </Facts>
      {card.pendingCommands?.map((command) => (
        <ChipCommand key={command.commandId} command={command} />
      ))}
    </Section>
  );
}

/** What the chip of the card does not know yet. */
function ChipCommand({ command }: { readonly command: Schemas['PendingChipCommand'] }) {
  const { lastFailure } = command;
  return (
    <Notice>
      The chip waits for <code>{command.command}</code> since <Time at={command.createdAt} />.
      {lastFailure !== undefined && (
        <>
          {' '}
          It failed last at <Time at={lastFailure.at} />: {inWords(lastFailure.reason.toLowerCase())}.
        </>
      )}
    </Notice>
  );
}

function ofLimit(value: number, limit: unknown): string {
  return typeof limit === 'number' ? `${formatNumber(value)} of ${formatNumber(limit)}` : formatNumber(value);
}
