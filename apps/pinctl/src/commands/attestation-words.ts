import type { AttestationReport } from '#libs/audit';

/** The results about the HSM host's word, in words for an auditor. */
export function attestationWords(
  { checked, since, attested, before, keyRetired, givenBackUnattested = 0 }: Partial<AttestationReport>,
  what: string,
): string[] {
  const told = (count: number | undefined, text: string) =>
    count === undefined || count === 0 ? [] : [`${count} ${text}`];
  const checking =
    checked === true
      ? `${attested} ${what} attested by the HSM host.`
      : `${what} not authenticated: no HSM (${attested} bear a MAC that was not checked).`;
  return [
    checking,
    ...(since === null
      ? [`Nothing says yet since when ${what} must be attested: one that is not is no finding.`]
      : []),
    ...told(before, 'before authentication: written by an earlier version, with nothing to check.'),
    ...told(keyRetired, 'attested under a key that was retired since: cannot be checked any more.'),
    ...told(
      givenBackUnattested,
      'tries given back while no HSM host could say so: compare with the times at which hosts ended.',
    ),
  ];
}
