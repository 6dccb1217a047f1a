import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { DataSource } from 'typeorm';
import type { ServiceKit } from './service-kit.js';

export const EXPORT = '/v1/admin/audit/export';

/** An export that is read when it is asked for, as by a slow caller. */
export class OpenExport {
  private constructor(private readonly response: IncomingMessage) {}

  static async begin(kit: ServiceKit, token: string): Promise<OpenExport> {
    return await OpenExport.at(kit, kit.service.baseUrl, { authorization: `Bearer ${token}` });
  }

  /** @param headers that say who asks */
  static async at(
    { identity }: Pick<ServiceKit, 'identity'>,
    baseUrl: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<OpenExport> {
    const outgoing = request(new URL(`${EXPORT}?format=jsonl`, baseUrl), {
      ca: identity.certificate,
      agent: false,
      headers,
    });
    // What becomes of the connection is told by the response.
    outgoing.on('error', () => undefined);
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    return new OpenExport(response);
  }

  /** @returns whether the answer came to its end, and its lines */
  async rest(): Promise<{ readonly whole: boolean; readonly lines: readonly string[] }> {
    const taken = await text(this.response).catch(() => '');
    return { whole: this.response.complete, lines: taken.split('\n').slice(0, -1) };
  }

  hangUp(): void {
    this.response.destroy();
  }
}

/** Lines of a tenant with long details: more than buffers between service and caller hold. */
export async function writeManyLines(owner: DataSource, tenantId: string, count: number): Promise<void> {
  await owner.query(
    `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, details)
     SELECT $1, 'bulk', 'bulk', 'bulk-' || n, 'test.bulk', 'outcome', 'done',
            json_build_object('reason', repeat('x', 2000))::text
       FROM generate_series(1, $2) AS n`,
    [tenantId, count],
  );
}

export interface ExportLine {
  readonly result: string;
  readonly subject: string;
  readonly details: { readonly format: string; readonly filter: object; readonly lines: number };
}

/** What the trail says of the exports of a tenant, the oldest first. */
export async function exportsTold(owner: DataSource, tenantId: string): Promise<readonly ExportLine[]> {
  const rows = await owner.query<{ result: string; subject: string; details: string }[]>(
    `SELECT result, subject, details FROM audit_events
      WHERE tenant_id = $1 AND action = 'audit.export' ORDER BY audit_id`,
    [tenantId],
  );
  return rows.map(({ details, ...row }) => ({
    ...row,
    details: JSON.parse(details) as ExportLine['details'],
  }));
}
