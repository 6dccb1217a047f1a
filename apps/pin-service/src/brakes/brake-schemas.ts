import { z } from 'zod';
import { unlockSchema } from '../cards/card-schemas.js';
import { BRAKE_KINDS } from '#libs/requests';

const { reason } = unlockSchema.shape;

export const pullBrakeSchema = z.strictObject({
  kind: z.enum(BRAKE_KINDS),
  target: z.string().min(1).max(200).optional(),
  reason,
});
export type PullBrakeBody = z.infer<typeof pullBrakeSchema>;

export const releaseBrakeSchema = z.strictObject({ reason });
export type ReleaseBrakeBody = z.infer<typeof releaseBrakeSchema>;
