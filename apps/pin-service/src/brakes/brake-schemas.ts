import { z } from 'zod';
import { unlockSchema } from '../cards/card-schemas.js';
import { BRAKE_KINDS } from '#libs/requests';
import { page, time } from '../edge/requests/schema-parts.js';

const { reason } = unlockSchema.shape;

export const pullBrakeSchema = z.strictObject({
  kind: z.enum(BRAKE_KINDS),
  target: z.string().min(1).max(200).optional(),
  reason,
});
export type PullBrakeBody = z.infer<typeof pullBrakeSchema>;

export const releaseBrakeSchema = z.strictObject({ reason });
export type ReleaseBrakeBody = z.infer<typeof releaseBrakeSchema>;

export const brakeAnswer = z.object({
  brakeId: z.uuid(),
  kind: z.enum(BRAKE_KINDS),
  target: z.string(),
  allTenants: z.boolean(),
  reason: z.string(),
  pulledBy: z.string(),
  pulledThrough: z.string(),
  pulledAt: time,
});
export const brakesAnswer = page(brakeAnswer);
