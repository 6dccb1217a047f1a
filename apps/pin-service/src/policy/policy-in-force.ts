import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ClientPolicy } from '#libs/api-clients';
import type { PinPolicy } from '#libs/pin';
import {
  comparePolicy,
  readPolicy,
  type Policy,
  type PolicyDifference,
  type PolicyVersion,
} from '#libs/policy';

/** Only a start takes these up: of the HSM host, or of the process. */
const OF_THE_START = ['weakPins', 'pinEvaluationWindowMs'] as const;

/**
 * The policy of the database as this replica knows it, a moment old at most. Decisions (tries, approvals) ask the
 * database itself. The settings decide nothing; if they differ, this reports it.
 */
export class PolicyInForce {
  private readonly logger = new Logger('Policy');
  #current: Policy;
  #version = 0;

  constructor(
    private readonly dataSource: DataSource,
    /** The settings of this replica. */
    readonly given: Partial<Policy>,
    /** The policy at its start. */
    readonly opened: Policy,
  ) {
    this.#current = opened;
  }

  get current(): Policy {
    return this.#current;
  }

  /** 0 until the start has been recorded. */
  get version(): number {
    return this.#version;
  }

  /** Differences between the policy and the settings, and the members that only a start takes up. */
  differences(): readonly PolicyDifference[] {
    const opened = Object.fromEntries(OF_THE_START.map((member) => [member, this.opened[member]]));
    const stale = comparePolicy(opened, this.#current).map((difference) => ({
      ...difference,
      words: `${difference.words} (as this replica was started: start it again)`,
    }));
    return [...comparePolicy(this.given, this.#current), ...stale];
  }

  async refresh(): Promise<void> {
    const found = await readPolicy(this.dataSource.manager);
    if (found !== null && found.version !== this.#version) this.take(found);
  }

  /** Logs every setting that has changed. */
  take({ version, policy, setBy, reason }: PolicyVersion): void {
    if (this.#version !== 0) this.logger.log(`policy ${version} holds, set by ${setBy}: ${reason}`);
    this.#current = policy;
    this.#version = version;
    for (const { words } of this.differences())
      this.logger.warn(`not as policy ${version}, which holds: ${words}`);
  }

  /** For the PIN domain; read anew at each use. */
  pinPolicy(): PinPolicy {
    const current = () => this.#current;
    return {
      get maxTries() {
        return current().pinMaxTries;
      },
      get maxFailuresWithoutSuccess() {
        return current().pinMaxFailuresWithoutSuccess;
      },
      get historyLength() {
        return current().pinHistoryLength;
      },
      evaluationWindowMs: this.opened.pinEvaluationWindowMs,
    };
  }

  /** For the registry of clients; read anew at each use. */
  clientPolicy(
    settings: Required<Pick<ClientPolicy, 'allowAnyAddress' | 'requestsPerMinute'>>,
  ): ClientPolicy {
    const current = () => this.#current;
    return {
      get secretOverlapHours() {
        return current().clientSecretOverlapHours;
      },
      get secretMaxAgeDays() {
        return current().clientSecretMaxAgeDays;
      },
      get refuseOldSecrets() {
        return current().clientSecretRefuseOld;
      },
      ...settings,
    };
  }
}
