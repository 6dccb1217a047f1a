/** Thrown when it is time to stop. */
export class Stopped extends Error {}

export interface StopSignals {
  /** Rejects when it is time to stop. */
  readonly stop: Promise<never>;
  /** @throws Stopped when it is */
  orElse(): void;
  /** The action of a second signal. */
  impatiently(kill: () => void): void;
}

/** The signals that end npm start; a second one, if it is no echo of the first, ends it at once. */
export function stopSignals(): StopSignals {
  let firstAt = 0;
  let lose = (): void => undefined;
  let reject: (reason: Stopped) => void = () => undefined;
  const stop = new Promise<never>((_, refuse) => (reject = refuse));
  stop.catch(() => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (firstAt === 0) {
        firstAt = Date.now();
        reject(new Stopped());
      } else if (Date.now() - firstAt > 1_000) lose();
    });
  }
  return {
    stop,
    orElse() {
      if (firstAt > 0) throw new Stopped();
    },
    impatiently(kill) {
      lose = kill;
    },
  };
}
