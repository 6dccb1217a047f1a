import type { Mac, PinVerifier, VerdictMac } from '#libs/hsm';

/** The HSM host's word for a verdict, as the member `verdictMac` of its line (docs/audit.md). */
export function verdictMacText(mac: VerdictMac | null): string | null {
  return mac === null ? null : JSON.stringify(verdictMacDetails(mac));
}

function verdictMacDetails(mac: VerdictMac) {
  const { key, mac: value } = macDetails(mac);
  return mac.compared.length === 0
    ? { key, mac: value }
    : { key, compared: mac.compared.toString('base64'), mac: value };
}

/** The same for a new verifier, as the member `verifierMac` of the line by which it became the card's. */
export function verifierMacDetails({ mac }: PinVerifier) {
  return mac === null ? {} : { verifierMac: macDetails(mac) };
}

function macDetails({ generation, value }: Mac) {
  return { key: generation, mac: value.toString('base64') };
}

/** Columns of a verifier's place, on the card's row. @param eventNo of the card before the write */
export function verifierColumns({ mac }: PinVerifier, eventNo: string) {
  return {
    verifierMac: mac?.value ?? null,
    verifierMacGeneration: mac?.generation ?? null,
    verifierEventNo: eventNo,
  };
}
