import type { PersonEntity } from '#libs/database';

/** A person as operators see it (docs/http-api.md). Members without a value are left out. */
export function personView({ name, flaw, createdBy, createdAt, revokedBy, revokedAt }: PersonEntity) {
  return {
    name,
    /** Whether the person may ask for and decide what takes two. */
    mayDecide: flaw === null && revokedAt === null,
    ...(flaw === null ? {} : { flaw }),
    createdBy,
    createdAt: createdAt.toISOString(),
    ...(revokedBy === null ? {} : { revokedBy }),
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}

export type PersonView = ReturnType<typeof personView>;
