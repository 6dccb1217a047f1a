import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/facts.js';
import { ReasonForm } from '../../components/reason-form.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { BRAKE_KINDS } from './brake-words.js';

interface ReleaseBrakeProps {
  readonly brake: Schemas['Brake'];
  readonly onClose: () => void;
}

/** Lets go what was stopped; with two persons where the policy asks for two. */
export function ReleaseBrake({ brake, onClose }: ReleaseBrakeProps) {
  const { brakeId, kind, target } = brake;
  const name = `release-brake:${brakeId}`;
  const [, , forget] = useDraft(name);
  const release = useIntention(
    name,
    (reason: string, requestId) =>
      answered<Schemas['Brake'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/admin/brakes/{brakeId}/release', {
          params: { path: { brakeId } },
          body: { reason },
          ...under(requestId),
        }),
      ),
    { done: forget },
  );
  if (isAsked(release.output)) return <ApprovalAsked asked={release.output} />;
  return (
    <ReasonForm name={name} action="Release the brake" intention={release}>
      <Notice tone="warning">
        This lets go {BRAKE_KINDS[kind].word}
        {kind !== 'everything' && (
          <>
            : <UntrustedText>{target}</UntrustedText>
          </>
        )}
        . It goes on at once, on every replica. <Button onClick={onClose}>Leave it stopped</Button>
      </Notice>
    </ReasonForm>
  );
}
