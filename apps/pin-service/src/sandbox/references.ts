import type { DataSource } from 'typeorm';
import { CardEntity, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { newCode, type MakeCode } from '#libs/otp';
import { SecretText } from '#libs/secret-text';

/** What a card of the sandbox can be put into; `sandbox-STATE-` begins its reference (docs/sandbox.md). */
const STATES = ['active', 'two-wrong', 'locked', 'reset-required', 'closed'] as const;
export type SandboxState = (typeof STATES)[number];

/** Every reference of the sandbox begins so. */
export const SANDBOX_PREFIX = 'sandbox-';

/** Everybody may know it: of sandbox cards alone, and nothing of it is secret (docs/adr/0047). */
export const SANDBOX_CODE = '271828';

const REFERENCE = new RegExp(`^${SANDBOX_PREFIX}(${STATES.join('|')})-.`);

/**
 * The state that a reference asks for; null for a reference that is none of the sandbox's.
 *
 * @throws PinwardError REQUEST_INVALID for one that names no state: it would be an ordinary card by a typing error
 */
export function stateOf(cardRef: string): SandboxState | null {
  if (!cardRef.startsWith(SANDBOX_PREFIX)) return null;
  const named = REFERENCE.exec(cardRef)?.[1];
  const state = STATES.find((known) => known === named);
  if (state !== undefined) return state;
  const detail = `must be sandbox-, one of ${STATES.join(', ')}, and - with something of yours`;
  throw new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/cardRef', detail }] });
}

/** The fixed code for cards of the sandbox; a random one, as always, for every other card. */
export function sandboxCodes(dataSource: DataSource): MakeCode {
  return async ({ tenantId, cardId }) => {
    const card = await outsideTransaction(() =>
      dataSource.manager.findOneBy(CardEntity, { tenantId, cardId }),
    );
    return card?.cardRef.startsWith(SANDBOX_PREFIX) === true ? new SecretText(SANDBOX_CODE) : newCode();
  };
}
