import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { SERVICE, appendAudit, NO_TENANT, type AuditLine } from '#libs/requests';
import { GroupCommit, outsideTransaction } from '#libs/database';

/** In place of an unknown client or person. */
export const NOBODY = '-';

/** Lines of the audit trail that belong to no other write. Lines that come together share a statement and a commit. */
export class CallLines {
  #count = 0;
  readonly #appends: GroupCommit<AuditLine & { readonly number: number }, true>;

  constructor(private readonly dataSource: DataSource) {
    this.#appends = new GroupCommit(
      async (lines) => {
        await appendAudit(this.dataSource.manager, lines);
        return lines.map(() => true as const);
      },
      ({ number }) => String(number),
    );
  }

  /** Returns when the line has been committed. @throws PinwardError DATABASE_UNAVAILABLE: then it may be missing */
  async append(line: AuditLine): Promise<void> {
    this.#count += 1;
    const number = this.#count;
    await outsideTransaction(() => this.#appends.together({ ...line, number }));
  }

  async appendOwn(line: OwnLine): Promise<void> {
    await this.append(ownLine(line));
  }
}

type OwnLine = Pick<AuditLine, 'action' | 'result' | 'requestId'> & Partial<AuditLine>;

/** A line of the service itself. */
export function ownLine(line: OwnLine): AuditLine {
  return {
    tenantId: NO_TENANT,
    clientId: SERVICE,
    subject: hostname(),
    sourceAddress: null,
    cardId: null,
    eventNo: null,
    ...line,
  };
}
