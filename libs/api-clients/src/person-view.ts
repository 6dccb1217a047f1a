import { shown, type PersonEntity } from '#libs/database';

/** A person as operators see it (docs/http-api.md). Members without a value are left out. */
export function personView({ name, flaw, createdBy, createdAt, revokedBy, revokedAt }: PersonEntity) {
  return {
    name,
    /** Whether the person may ask for and decide on changes that take two persons. */
    mayDecide: flaw === null && revokedAt.isNever,
    ...(flaw === null ? {} : { flaw }),
    createdBy,
    createdAt: createdAt.toISOString(),
    ...(revokedBy === null ? {} : { revokedBy }),
    ...shown({ revokedAt }),
  };
}

export type PersonView = ReturnType<typeof personView>;
