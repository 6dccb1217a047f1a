import { z } from 'zod';
import { policyChangesSchema } from '#libs/policy';
import { reason } from '../clients/client-schemas.js';

/** The members alone; what they may say together is judged where the policy before is known. */
export const changePolicySchema = z.strictObject({
  ...policyChangesSchema.shape,
  reason,
});
export type ChangePolicyBody = z.infer<typeof changePolicySchema>;
