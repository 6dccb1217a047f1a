import type { Mac, PinHsm } from '#libs/hsm';

/** Checks the HSM host's word; null if there is no HSM. */
export type AttestationChecker = Pick<PinHsm, 'checkAttestations'>;

/** The results about the HSM host's word (ADR 0019). */
export interface AttestationReport {
  /** Whether an HSM checked the MACs. If not, nothing here says that one is right. */
  readonly checked: boolean;
  /** Audit id of the line from which every verdict and every verifier must be attested; null: not yet. */
  readonly since: string | null;
  /** Verdicts and verifiers with a right MAC or, without an HSM, with any MAC. */
  readonly attested: number;
  /** From before: without a MAC, when none was expected. */
  readonly before: number;
  /** Attested under a key that has been retired since. */
  readonly keyRetired: number;
  /** Tries given back while no HSM host could attest it. */
  readonly givenBackUnattested: number;
}

/** The members of a line that hold MACs. Their content may be anything, since the line is not trusted. */
export interface AttestedDetails {
  readonly verifierHash: string | null;
  readonly verdictMac: (Mac & { readonly compared: Buffer }) | null;
  readonly verifierMac: Mac | null;
  readonly beginningMac: Mac | null;
  /** The line says that it gives the card a new verifier. */
  readonly installs: boolean;
}

export function attestedDetails(details: string | null): AttestedDetails {
  const members = objectOf(parsed(details));
  const verdictMac = macOf(members['verdictMac']);
  const compared = objectOf(members['verdictMac'])['compared'];
  const { verifierHash } = members;
  return {
    verifierHash: typeof verifierHash === 'string' ? verifierHash : null,
    verdictMac: verdictMac === null ? null : { ...verdictMac, compared: bytesOf(compared) },
    verifierMac: macOf(members['verifierMac']),
    beginningMac: macOf(members['beginningMac']),
    installs: members['changed'] === true || members['renewed'] === true,
  };
}

function macOf(value: unknown): Mac | null {
  const { key, mac } = objectOf(value);
  if (typeof key !== 'number' || typeof mac !== 'string') return null;
  return { generation: key, value: bytesOf(mac) };
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64');
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** An attacker who edited a line may have left invalid JSON. */
function parsed(details: string | null): unknown {
  try {
    return JSON.parse(details ?? 'null');
  } catch {
    return null;
  }
}
