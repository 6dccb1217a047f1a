import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClientKeyRegistry, ClientRegistry } from '#libs/api-clients';

const HOURLY_MS = 3_600_000;

/**
 * Warns once about each client secret, key and certificate that enters its last days. It looks every hour rather than every day: a service
 * that is restarted daily would otherwise never look.
 */
@Injectable()
export class SecretAgeWatch implements OnApplicationBootstrap {
  private readonly logger = new Logger(SecretAgeWatch.name);

  constructor(
    private readonly clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
  }

  @Interval(HOURLY_MS)
  async look(): Promise<void> {
    try {
      for (const ageing of await this.clients.markAgeingSecrets()) this.warn('secret', ageing);
      for (const { method, ...ageing } of await this.keys.markAgeing())
        this.warn(method === 'private_key_jwt' ? 'uploaded keys' : 'certificates', ageing);
    } catch (fault) {
      // The next look finds those that were not marked.
      this.logger.warn('ages of client secrets could not be looked at now; tried again in an hour', fault);
    }
  }

  private warn(
    what: string,
    { tenantId, clientId, rotateBefore }: { tenantId: string; clientId: string; rotateBefore: Date },
  ): void {
    const day = rotateBefore.toISOString().slice(0, 10);
    this.logger.warn(
      `the ${what} of client ${clientId} (tenant ${tenantId}) should be rotated before ${day}`,
    );
  }
}
