import type { DataSource } from 'typeorm';
import { Brakes } from '#libs/brakes';
import { inTransaction } from '#libs/database';
import { readPolicy } from '#libs/policy';
import { alarmWords } from './alarm.js';
import { lockUnpaused, notePause } from './stored-alarms.js';
import { detectionOf } from './tell-alarm.js';

/** What was over longer ago is over: a detection that catches up pauses nobody for it. */
const OVER_WITHIN_MINUTES = 15;

/**
 * Pauses the PIN calls of clients that have an open alarm, if the policy says so. A pause is a brake, so it holds on every
 * replica and for calls under way (docs/adr/0034); never a whole tenant's. Each alarm pauses once: after an operator's
 * release only another alarm does it again.
 */
export class PauseClients {
  private readonly brakes: Brakes;

  constructor(private readonly dataSource: DataSource) {
    this.brakes = new Brakes(dataSource);
  }

  /**
   * A transaction of its own: pulling waits for the effects under way, and all others wait for its end.
   *
   * @returns false when there is nobody to pause
   */
  async step(): Promise<boolean> {
    return await inTransaction(this.dataSource, async (manager) => {
      const policy = await readPolicy(manager);
      if (policy?.policy.alarmPause !== true) return false;
      const alarm = await lockUnpaused(manager, OVER_WITHIN_MINUTES);
      if (alarm === null || alarm.clientId === null) return false;
      const asked = {
        kind: 'client-pins',
        target: alarm.clientId,
        reason: `alarm: ${alarmWords(alarm)}`,
      } as const;
      const { brakeId } = await this.brakes.pullIn(manager, detectionOf(alarm), asked);
      await notePause(manager, alarm, brakeId);
      return true;
    });
  }
}
