import { z } from 'zod';
import { unlockSchema } from '../cards/card-schemas.js';
import { BRAKE_KINDS } from '#libs/requests';
import { page, time } from '../edge/requests/schema-parts.js';

const { reason } = unlockSchema.shape;

export const pullBrakeSchema = z
  .strictObject({
    kind: z.enum(BRAKE_KINDS),
    target: z
      .string()
      .min(1)
      .max(200)
      .describe('A client id, a card id or an operation; none for everything')
      .optional(),
    reason,
  })
  .meta({
    id: 'PullBrake',
    examples: [{ kind: 'operation', target: 'card.reveal', reason: 'An attack is being looked into' }],
  });
export type PullBrakeBody = z.infer<typeof pullBrakeSchema>;

export const releaseBrakeSchema = z
  .strictObject({ reason })
  .meta({ id: 'ReleaseBrake', examples: [{ reason: 'The attack is over' }] });
export type ReleaseBrakeBody = z.infer<typeof releaseBrakeSchema>;

export const brakeAnswer = z
  .object({
    brakeId: z.uuid(),
    kind: z.enum(BRAKE_KINDS),
    target: z.string(),
    allTenants: z.boolean(),
    reason: z.string(),
    pulledBy: z.string(),
    pulledThrough: z.string(),
    pulledAt: time,
  })
  .meta({ id: 'Brake' });
export const brakesAnswer = page(brakeAnswer).meta({ id: 'Brakes' });
