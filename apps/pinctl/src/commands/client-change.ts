import { MakesPower, type ClientView } from '#libs/api-clients';
import { withRegistries, type Registries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { grantersOf, refuseUnlessFirst } from './first-operators.js';

interface ChangeOptions {
  readonly tenant: string;
  readonly json?: true;
  readonly scope?: readonly string[];
  readonly allow?: readonly string[];
  readonly allowAnyAddress?: true;
  readonly requestsPerMinute?: number;
  readonly generalRate?: true;
  readonly reason: string;
}

export async function changeClient(clientId: string, options: ChangeOptions): Promise<void> {
  const asked = changeAsked(options);
  await withRegistries(async (registries) => {
    const view = await change(registries, clientId, { ...options, ...asked });
    const { scopes, allowedAddresses, requestsPerMinute = 'the general' } = view;
    const from = allowedAddresses.length === 0 ? 'anywhere' : allowedAddresses.join(' ');
    const rate = `at ${requestsPerMinute} requests a minute`;
    const done = `Client ${clientId} may ${scopes.join(' ')}, from ${from}, ${rate}.`;
    print(options.json, view, done);
  });
}

/** What only takes something away is done; the rest is for those who make the first operators. */
async function change(
  registries: Registries,
  clientId: string,
  { tenant, reason, ...asked }: ReturnType<typeof changeAsked> & Pick<ChangeOptions, 'tenant' | 'reason'>,
): Promise<ClientView> {
  const { changes } = registries;
  try {
    return (await changes.narrow(requestContext(tenant), clientId, { ...asked, reason })).body;
  } catch (fault) {
    if (!(fault instanceof MakesPower)) throw fault;
    const scopes =
      fault.gain.scopes.length === 0 ? (['ops:clients'] as const) : grantersOf(fault.gain.scopes);
    await refuseUnlessFirst(registries, { tenant, path: `/v1/admin/clients/${clientId}/change`, scopes });
    return (await changes.apply(requestContext(tenant), fault.change, { reason })).body;
  }
}

/** @throws Refused for options that contradict each other, and without any */
function changeAsked(options: ChangeOptions) {
  const { scope: scopes, allow, allowAnyAddress, requestsPerMinute, generalRate } = options;
  if (allow !== undefined && allowAnyAddress) throw new Refused('--allow goes with no --allow-any-address');
  if (requestsPerMinute !== undefined && generalRate)
    throw new Refused('--requests-per-minute goes with no --general-rate');
  const asked = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(allow === undefined ? {} : { allowedAddresses: allow }),
    ...(allowAnyAddress ? { allowedAddresses: [] } : {}),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(generalRate ? { requestsPerMinute: null } : {}),
  };
  if (Object.keys(asked).length > 0) return asked;
  throw new Refused('name what is to change: --scope, --allow or --requests-per-minute');
}
