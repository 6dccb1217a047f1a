import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClientRegistry } from '#libs/api-clients';

const HOURLY_MS = 3_600_000;

/**
 * Warns, once a secret, of client secrets that come into their last days. It looks every hour rather than every day:
 * a service that is restarted daily would otherwise never look.
 */
@Injectable()
export class SecretAgeWatch implements OnApplicationBootstrap {
  private readonly logger = new Logger(SecretAgeWatch.name);

  constructor(private readonly clients: ClientRegistry) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
  }

  @Interval(HOURLY_MS)
  async look(): Promise<void> {
    try {
      for (const { tenantId, clientId, rotateBefore } of await this.clients.markAgeingSecrets()) {
        const day = rotateBefore.toISOString().slice(0, 10);
        this.logger.warn(
          `the secret of client ${clientId} (tenant ${tenantId}) should be rotated before ${day}`,
        );
      }
    } catch (fault) {
      // What was not marked is found by the next look.
      this.logger.warn('ages of client secrets could not be looked at now; tried again in an hour', fault);
    }
  }
}
