import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClientChanges } from '#libs/api-clients';
import { LastingFault } from '../../logging/lasting-fault.js';
import { TokenVerifier } from './token-verifier.js';

const REFRESH_MS = 2_000;

/**
 * Forgets verified tokens of clients with whom something else is agreed by now, on whichever replica or command line that
 * was done. So a scope that was taken away, or a client that was revoked, is gone a moment later, and not only when the
 * token is verified anew.
 */
@Injectable()
export class AgreementKeeper {
  private readonly fault = new LastingFault(
    new Logger('Clients'),
    'what is agreed with clients could not be read; their verified tokens are believed until they are looked at anew',
  );

  constructor(
    private readonly tokens: TokenVerifier,
    private readonly changes: ClientChanges,
  ) {}

  @Interval(REFRESH_MS)
  async refresh(): Promise<void> {
    await this.fault.within(async () => {
      const believed = this.tokens.believed();
      if (believed.length > 0) this.tokens.forget(await this.changes.stale(believed));
    });
  }
}
