import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { Members } from '../../components/json-value.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { agreementsIn } from '../clients/agreement.js';
import { Difference } from '../clients/difference.js';

type Approval = Schemas['Approval'];
type RequestProps = Pick<Approval, 'kind'> & { readonly request: NonNullable<Approval['request']> };

/** The members of the request; of a change, what is different by it. */
export function WhatIsAsked({ kind, request }: RequestProps) {
  const change = kind === 'client-change' ? agreementsIn(request) : null;
  if (change === null) return <Members value={request} />;
  const { clientId, before, after } = change;
  const person = request['person'];
  return (
    <>
      <p>
        The client{' '}
        <Link to="/clients/$clientId" params={{ clientId }}>
          <UntrustedText>{clientId}</UntrustedText>
        </Link>
        {typeof person === 'string' && (
          <>
            {' '}
            of <UntrustedText>{person}</UntrustedText>
          </>
        )}{' '}
        is changed, if it is still as it was when this was asked for.
      </p>
      <Difference before={before} after={after} />
    </>
  );
}
