import { useState } from 'react';
import { answered, api, under } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { Notice, Section } from '../../components/facts.js';
import { SelectField, TextField } from '../../components/field.js';
import { ReasonForm } from '../../components/reason-form.js';
import { given } from '../../search.js';
import { BRAKE_KINDS, faultOfTarget, OPERATIONS, type BrakeKind } from './brake-words.js';

const KINDS = Object.keys(BRAKE_KINDS) as BrakeKind[];

interface Pull {
  readonly kind: BrakeKind;
  readonly target?: string;
  readonly reason: string;
}

/** Stops something at once. It says plainly what, before it is done. */
export function PullBrake() {
  const [kindDraft, setKind, forgetKind] = useDraft('pull-brake:kind', 'client-pins');
  const [target, setTarget, forgetTarget] = useDraft('pull-brake:target');
  const [, , forgetReason] = useDraft('pull-brake');
  const [wasTried, setWasTried] = useState(false);
  const kind = KINDS.find((name) => name === kindDraft) ?? 'client-pins';
  const words = BRAKE_KINDS[kind];
  const fault = faultOfTarget(kind, target);
  const pull = useIntention(
    'pull-brake',
    (body: Pull, requestId) => answered(api.POST('/v1/admin/brakes', { body, ...under(requestId) })),
    {
      done: () => {
        forgetKind();
        forgetTarget();
        forgetReason();
        setWasTried(false);
      },
    },
  );
  const run = (reason: string) => {
    setWasTried(true);
    if (fault !== null) return;
    pull.run({ kind, ...given({ target: words.target === null ? undefined : target.trim() }), reason });
  };
  return (
    <Section title="Stop something">
      {pull.output !== undefined && (
        <div role="status">
          <Notice tone="good">It is stopped, on every replica, also for calls under way.</Notice>
        </div>
      )}
      <ReasonForm
        key={pull.output?.brakeId}
        name="pull-brake"
        action={`Stop ${words.word}`}
        danger
        intention={{ ...pull, run }}
      >
        <SelectField
          label="What to stop"
          value={kind}
          options={KINDS.map((name) => [name, BRAKE_KINDS[name].word] as const)}
          onChange={(event) => {
            setKind(event.target.value);
            setTarget('');
            pull.reset();
          }}
        />
        {kind === 'operation' && (
          <SelectField
            label="Operation"
            value={target}
            options={[['', 'choose'], ...OPERATIONS]}
            fault={wasTried ? fault : null}
            onChange={(event) => setTarget(event.target.value)}
          />
        )}
        {kind !== 'operation' && words.target !== null && (
          <TextField
            label={words.target}
            value={target}
            fault={wasTried ? fault : null}
            onChange={(event) => setTarget(event.target.value)}
          />
        )}
        <Notice tone="bad">
          <strong>What stops:</strong> {words.stops} It lasts until an operator releases it, which may take
          two persons.
        </Notice>
      </ReasonForm>
    </Section>
  );
}
