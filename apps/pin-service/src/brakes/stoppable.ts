import { SetMetadata } from '@nestjs/common';
import type { StoppableOperation } from '#libs/requests';

export const STOPPABLE = Symbol('stoppable');

/** Which operation a route is, for operators who stop it. */
export const Stoppable = (operation: StoppableOperation) => SetMetadata(STOPPABLE, operation);
