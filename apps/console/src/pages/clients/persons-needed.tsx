import { useQuery } from '@tanstack/react-query';
import { policyQuery } from '../../api/policy.js';
import { useMay } from '../../api/session.js';
import { Notice } from '../../components/facts.js';
import { gainsOf, type Agreement, type Gains } from './agreement.js';

/** Whether a change takes a second person, and why; the policy has the last word, and the service. */
export function PersonsNeeded({ before, after }: { readonly before: Agreement; readonly after: Agreement }) {
  const mayReadPolicy = useMay('ops:read', 'ops:policy');
  const policy = useQuery({ ...policyQuery, enabled: mayReadPolicy });
  const gains = gainsOf(before, after);
  const why = reasonsOf(gains);
  if (why.length === 0) {
    const isSure = gains.addresses === false && gains.rate === false;
    return (
      <Notice tone={isSure ? 'good' : 'plain'}>
        {isSure
          ? 'This only takes something away: it takes no second person, and holds at once, also for tokens in use.'
          : UNSURE}
      </Notice>
    );
  }
  const approvals = policy.data?.policy['approvals'];
  return (
    <Notice tone="warning">
      It gets more: {why.join(', ')}. {personsWords(approvals)}
    </Notice>
  );
}

const UNSURE =
  'Whether the client gets more than it has is for the service to say, which knows its own rate. If so, it takes a second person where the policy asks for two.';

function reasonsOf({ scopes, addresses, rate }: Gains): readonly string[] {
  return [
    ...scopes,
    ...(addresses === true ? ['addresses from which it cannot call now'] : []),
    ...(rate === true ? ['a higher rate'] : []),
  ];
}

function personsWords(approvals: unknown): string {
  if (approvals === 2) return 'It takes a second person, who has to approve the whole change.';
  return approvals === 1
    ? 'The policy asks for no second person.'
    : 'It takes a second person where the policy asks for two.';
}
