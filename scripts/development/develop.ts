import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildIsCurrent, programsHash, sourcesHash } from '../bootstrap/build.mjs';
import { lock } from '../bootstrap/locks.mjs';
import { PREPARATION_LOCK, ROOT, VAR } from '../bootstrap/paths.mjs';
import { isExplained, tell } from '../bootstrap/terminal.mjs';
import { debuggerEnvironment } from './debugger.js';
import { prepareQuickBuild, quickBuild } from './quick-build.js';
import { onStage, type RunningService, type Stage } from './stage.js';
import { linesToCopy } from './start.js';

/** The sources of a service. */
const WATCHED = ['apps', 'libs'];
/** An editor may need several steps to save a file. */
const SETTLED_MS = 20;

/** npm run dev: the development service, started again after each change. @returns the exit status */
export async function develop(args: readonly string[]): Promise<number> {
  // For the packages, which stay the same; it saves a tenth of a second.
  const environment = { NODE_COMPILE_CACHE: join(VAR, 'compile-cache'), ...debuggerEnvironment(args) };
  return await onStage('at once', async (stage) => {
    // Vite shows the console's changes: they are none of the service's.
    const isHot = stage.console?.changes === 'at once';
    using changes = new Changes(isHot ? programsHash : sourcesHash);
    const isCompiled = async () => await compiled({ console: isHot ? 'as it is' : 'built' });
    await using current = new Restarted(stage, environment);
    if (buildIsCurrent() || (await isCompiled())) await current.restart();
    await prepareQuickBuild();
    for (;;) {
      tell('waiting for a change');
      const since = await Promise.race([changes.next(), stage.told.stop]);
      if (!(await isCompiled())) continue;
      if (await current.restart())
        tell(`ready ${((performance.now() - since) / 1_000).toFixed(2)} s after the change`);
    }
  });
}

/** Saved files, in their order. */
class Changes implements Disposable {
  readonly #watchers: readonly FSWatcher[];
  #built: string;
  #at: number | null = null;
  #wake: () => void = () => undefined;

  constructor(private readonly hash: () => string) {
    this.#built = hash();
    const noted = () => {
      this.#at ??= performance.now();
      this.#wake();
    };
    this.#watchers = WATCHED.map((folder) => watch(join(ROOT, folder), { recursive: true }, noted));
  }

  /** @returns when the first of them was saved, by performance.now() */
  async next(): Promise<number> {
    for (;;) {
      if (this.#at === null) await new Promise<void>((resolve) => (this.#wake = resolve));
      await pause(SETTLED_MS);
      const at = this.#at ?? performance.now();
      this.#at = null;
      const hash = this.hash();
      if (hash === this.#built) continue;
      this.#built = hash;
      return at;
    }
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}

/** @returns whether it compiles; if not, it has printed where */
async function compiled(parts: Parameters<typeof quickBuild>[0]): Promise<boolean> {
  const held = await lock(PREPARATION_LOCK, (holder) => tell(`waiting for another command (pid ${holder})`));
  try {
    await quickBuild(parts);
    return true;
  } catch (cause) {
    // Its message names the place and the file.
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    tell('the change does not compile; what ran before runs on');
    return false;
  } finally {
    held.release();
  }
}

/** One service at a time, always on the same port. */
class Restarted implements AsyncDisposable {
  #service: RunningService | null = null;
  #port: string | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @returns whether it is ready; if not, it has printed the reason */
  async restart(): Promise<boolean> {
    const first = this.#port === null;
    await this[Symbol.asyncDispose]();
    const port = this.#port === null ? {} : { PORT: this.#port };
    try {
      const service = await this.stage.startService({ ...this.environment, ...port });
      this.#service = service;
      this.#port = new URL(service.baseUrl).port;
      service.exit.then(
        (status) => this.#service === service && tell(`the service has ended (exit status ${status})`),
        () => undefined,
      );
      if (first) console.log(linesToCopy(service));
      return true;
    } catch (failure) {
      if (!isExplained(failure)) throw failure;
      tell(failure.message);
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const service = this.#service;
    this.#service = null;
    await service?.[Symbol.asyncDispose]();
  }
}
