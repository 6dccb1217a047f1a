// @ts-check
import { build, buildIsCurrent } from './build.mjs';
import { dependenciesAreCurrent, installDependencies } from './dependencies.mjs';
import { lock } from './locks.mjs';
import { PREPARATION_LOCK } from './paths.mjs';
import {
  COMPILER_PACKAGES,
  decide,
  decideHere,
  explainMissing,
  installPackages,
  missingPackages,
} from './system-packages.mjs';
import { isExplained, tell } from './terminal.mjs';

/**
 * @typedef {object} Needs
 * @property {readonly import('./system-packages.mjs').Package[]} [essential] packages that the command needs
 * @property {readonly import('./system-packages.mjs').Package[]} [extra] packages without which it runs, with a clear
 * notice
 * @property {boolean | 'if it compiles'} [compiled] whether it runs compiled code
 */

/**
 * Makes machine and checkout ready for a command, in the order that works: system packages, dependencies, compiled
 * code. If all is there, it prints nothing and takes hardly any time. Commands that run at the same time take turns.
 *
 * @param {Needs} needs
 */
export async function prepare({ essential = [], extra = [], compiled = true }) {
  const missing = () => ({
    essential: missingPackages([...essential, ...(dependenciesAreCurrent() ? [] : COMPILER_PACKAGES)]),
    extra: missingPackages(extra),
  });
  const decision = decideHere(missing());
  explainMissing(decision);
  const ready = () => dependenciesAreCurrent() && (!compiled || buildIsCurrent());
  if (decision.action !== 'install' && ready()) return;

  const held = await lock(PREPARATION_LOCK, (holder) =>
    tell(`waiting for another command that prepares this checkout (pid ${holder})`),
  );
  try {
    // Checked again: the other command may have done all of it.
    const { essential: needed, extra: wanted } = missing();
    const names = [...needed, ...wanted];
    if (names.length > 0 && decision.asRoot !== null) {
      await installPackages(names, decision.asRoot);
      explainMissing(decide(missing(), { mayTouchSystem: false, asRoot: null }));
    }
    if (!dependenciesAreCurrent()) await installDependencies();
    if (compiled && !buildIsCurrent()) {
      await build().catch((error) => {
        if (compiled === true || !isExplained(error)) throw error;
      });
    }
  } finally {
    held.release();
  }
}
