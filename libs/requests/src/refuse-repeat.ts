import { PinwardError } from '#libs/errors';
import { claimRefusal, type ClaimLookup } from './claims.js';

/** For calls whose answer carries a secret and so is never sent twice. @throws PinwardError unless the id is new */
export function refuseRepeat(claim: ClaimLookup): void {
  if (claim.outcome === 'answered') throw new PinwardError('REQUEST_NOT_REPLAYABLE');
  if (claim.outcome !== 'new') throw claimRefusal(claim);
}
