import type { Schemas } from '../../api/client.js';

interface Pause {
  /** What pauses the alarm's client now. */
  readonly brake: Schemas['Brake'] | null;
  /** The alarm has paused it once. */
  readonly was: boolean;
}

/** Is the client of an alarm paused, by the alarm or by an operator, and why? */
export function pauseOf(
  { brakeId, clientId }: Pick<Schemas['Alarm'], 'brakeId' | 'clientId'>,
  brakes: readonly Schemas['Brake'][],
): Pause {
  const brake =
    brakes.find((pulled) => pulled.brakeId === brakeId) ??
    brakes.find(
      ({ kind, target }) =>
        clientId !== undefined && target === clientId && (kind === 'client-pins' || kind === 'client'),
    );
  return { brake: brake ?? null, was: brakeId !== undefined };
}
