import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { Notice } from '../../components/facts.js';
import { TextField } from '../../components/field.js';
import { formatUtc } from '../../components/format.js';
import { ReasonForm } from '../../components/reason-form.js';
import { TextAreaField } from '../../components/text-area-field.js';
import { filterOf } from './new-incident-rules.js';

/** Asks for a preview: which cards a bad release has locked. No card is changed by it. */
export function NewIncident() {
  const navigate = useNavigate();
  const [triedFrom, setTriedFrom, forgetTriedFrom] = useDraft('incident:tried-from');
  const [triedTo, setTriedTo, forgetTriedTo] = useDraft('incident:tried-to');
  const [lockedFrom, setLockedFrom, forgetLockedFrom] = useDraft('incident:locked-from');
  const [lockedTo, setLockedTo, forgetLockedTo] = useDraft('incident:locked-to');
  const [clientId, setClientId, forgetClientId] = useDraft('incident:client');
  const [sourceAddresses, setAddresses, forgetAddresses] = useDraft('incident:addresses');
  const [, , forgetReason] = useDraft('incident');
  const [wasTried, setWasTried] = useState(false);
  const fields = { triedFrom, triedTo, lockedFrom, lockedTo, clientId, sourceAddresses };
  const open = useIntention(
    'open-incident',
    (body: Schemas['OpenIncident'], requestId) =>
      answered(api.POST('/v1/admin/incidents', { body, ...under(requestId) })),
    {
      done: ({ incidentId }) => {
        for (const forget of [
          forgetTriedFrom,
          forgetTriedTo,
          forgetLockedFrom,
          forgetLockedTo,
          forgetClientId,
          forgetAddresses,
          forgetReason,
        ])
          forget();
        void navigate({ to: '/incidents/$incidentId', params: { incidentId } });
      },
    },
  );
  const checked = filterOf(fields, Date.now());
  const faults = wasTried && 'faults' in checked ? checked.faults : {};
  const run = (reason: string) => {
    setWasTried(true);
    if ('filter' in checked) open.run({ filter: checked.filter, reason });
  };
  return (
    <ReasonForm name="incident" action="Find the cards" intention={{ ...open, run }}>
      <Notice>
        <p>
          Stop the cause first, or cards lock again. This finds the cards and shows what would be done; it
          changes none of them. A wider window takes in more tries of other causes.
        </p>
      </Notice>
      <MomentField
        label="Wrong tries from"
        value={triedFrom}
        onChange={setTriedFrom}
        fault={faults.triedFrom ?? null}
      />
      <MomentField
        label="Wrong tries until"
        value={triedTo}
        onChange={setTriedTo}
        fault={faults.triedTo ?? null}
      />
      <TextField
        label="Client"
        value={clientId}
        fault={faults.clientId ?? null}
        hint="Id of the client that made them."
        onChange={(event) => setClientId(event.target.value)}
      />
      <TextAreaField
        label="Source addresses (optional)"
        value={sourceAddresses}
        fault={faults.sourceAddresses ?? null}
        hint="Ranges in CIDR notation, one a line, such as 203.0.113.0/24. For an app that calls through its backend it is the backend’s address."
        onChange={(event) => setAddresses(event.target.value)}
      />
      <MomentField
        label="Only cards locked from (optional)"
        value={lockedFrom}
        onChange={setLockedFrom}
        fault={faults.lockedFrom ?? null}
      />
      <MomentField
        label="Only cards locked until (optional)"
        value={lockedTo}
        onChange={setLockedTo}
        fault={faults.lockedTo ?? null}
      />
    </ReasonForm>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault: string | null;
}

/** A moment in the viewer's zone, with what that is in UTC. */
function MomentField({ label, value, onChange, fault }: MomentFieldProps) {
  const time = Date.parse(value);
  return (
    <TextField
      type="datetime-local"
      step={1}
      label={label}
      value={value}
      fault={fault}
      hint={Number.isNaN(time) ? 'In your time zone.' : `In your time zone; ${formatUtc(time)}.`}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
