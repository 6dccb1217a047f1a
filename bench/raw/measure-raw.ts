import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledFile } from '#libs/program-files';
import type { TestToken } from '../../test/rigs/token.js';
import type { RawRequest, RawResult } from './raw-main.js';

/** The best rate of the token alone. @throws Error when the measuring process ends without a result */
export async function measureRaw(token: TestToken, seconds: number): Promise<RawResult> {
  const child = fork(compiledFile('bench/raw/raw-main.js'), [], {
    env: token.environment,
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the measurement of the token ended with ${String(code)}`);
  });
  const request: RawRequest = {
    module: token.module,
    tokenPin: token.tokenPin.reveal(),
    seconds: Math.max(1, Math.round(seconds / 4)),
    token: {
      tokenLabel: token.tokenLabel,
      profile: 'softhsm2',
      allowWeakEnforcement: false,
      registeredKeys: token.registeredKeys,
    },
  };
  child.send(request);
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [RawResult];
  ended.catch(() => undefined);
  return result;
}
