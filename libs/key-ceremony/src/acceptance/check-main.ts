import { HsmMisconfigured } from '#libs/hsm';
import { SecretText } from '#libs/secret-text';
import { ckrText } from '#libs/hsm/pkcs11';
import { checkModule, removeTestKeys } from './check-module.js';
import type { CheckMessage, CheckTask } from './check-messages.js';

/** Entry of the process that tries a module. If the module ends it, the parent has the findings so far. */
process.title = 'pinward-hsm-check';
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', (task: CheckTask) => {
  tell(outcomeOf(task));
  // Handles of a module's threads must not keep the process alive.
  process.disconnect();
});

function outcomeOf({ kind, request, userPin, servicePin, officerPin }: CheckTask): CheckMessage {
  const pins = {
    userPin: new SecretText(userPin),
    servicePin: new SecretText(servicePin),
    officerPin: officerPin === null ? null : new SecretText(officerPin),
  };
  try {
    if (kind === 'remove') removeTestKeys({ ...request, ...pins });
    else
      checkModule(
        { ...request, ...pins },
        {
          told: (group) => tell({ kind: 'group', group }),
          found: (findings) => tell({ kind: 'findings', findings }),
        },
      );
    return { kind: 'done' };
  } catch (error) {
    const message =
      error instanceof HsmMisconfigured ? error.message : `the token refused (${ckrText(error)})`;
    return { kind: 'refused', message };
  }
}

function tell(message: CheckMessage): void {
  process.send?.(message);
}
