import type { SecretText } from '#libs/secret-text';
import { type CryptokiSession, ckrClass, ckrText } from '#libs/hsm/pkcs11';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

/** One for each worker, and some for the start-up checks. */
const SESSIONS_WANTED = 32;
const SESSIONS_NEEDED = 4;
const RATE_MS = 300;

export function sessionLimitChecks({ cryptoki, slot, profile }: CheckBench): readonly Finding[] {
  const found = { area: 'sessions', check: 'at once' } as const;
  const open: CryptokiSession[] = [];
  let refused = '';
  try {
    while (open.length < SESSIONS_WANTED) open.push(cryptoki.openSession(slot, profile.sessions));
  } catch (error) {
    refused = ` (then ${ckrText(error)})`;
  } finally {
    for (const session of open) session.close();
  }
  if (open.length === SESSIONS_WANTED)
    return [{ ...found, result: 'pass', detail: `${open.length} and more` }];
  const result = open.length >= SESSIONS_NEEDED ? 'warning' : 'fail';
  return [{ ...found, result, detail: `${open.length}${refused}: set HSM_WORKERS below that` }];
}

/** The module must report a session that ended under way as ended, and must open another one without a login. */
export function lostSessionChecks({ cryptoki, slot, profile }: CheckBench): readonly Finding[] {
  const found = { area: 'sessions', check: 'lost and opened again' } as const;
  const lost = cryptoki.openSession(slot, profile.sessions);
  lost.close();
  try {
    lost.find({ CKA_LABEL: 'pinward-check' });
    return [{ ...found, result: 'fail', detail: 'a closed session still answers' }];
  } catch (error) {
    const again = cryptoki.openSession(slot, profile.sessions);
    again.find({ CKA_LABEL: 'pinward-check' });
    again.close();
    if (ckrClass(error) === 'session') return [{ ...found, result: 'pass', detail: ckrText(error) }];
    const detail = `${ckrText(error)} is not known as a lost session: a lost one costs a new host`;
    return [{ ...found, result: 'warning', detail }];
  }
}

/**
 * What a fresh process of the service does: module down and up, one login as its user. It comes last, since it ends
 * every other session.
 *
 * @returns findings; afterwards the module is initialised and has no session
 */
export function freshStartChecks(
  { cryptoki, slot, profile }: Pick<CheckBench, 'cryptoki' | 'slot' | 'profile'>,
  { pin, libraryParameters }: { readonly pin: SecretText; readonly libraryParameters: string | undefined },
): readonly Finding[] {
  const found = { area: 'sessions', check: 'module down and up, one login' } as const;
  try {
    cryptoki.finalize();
    cryptoki.initialize(libraryParameters);
    const session = cryptoki.openSession(slot, profile.sessions);
    session.login(profile.userType, pin.reveal());
    session.close();
    return [{ ...found, result: 'pass', detail: 'works' }];
  } catch (error) {
    return [
      {
        ...found,
        result: 'fail',
        detail: `failed (${ckrText(error)}): nothing would recover from an outage`,
      },
    ];
  }
}

/** One session, one call at a time, like a worker. */
export function rateChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  const envelope = () => bench.session.destroyObject(bench.unwrap(key));
  const rate = perSecond(envelope);
  const random = perSecond(() => bench.session.random(12));
  return [
    {
      area: 'rates',
      check: 'open an envelope',
      result: 'pass',
      detail: `${rate}/s in one session, RSA-2048`,
    },
    {
      area: 'rates',
      check: 'shortest call',
      result: 'pass',
      detail: `${random}/s: the round trip to the module`,
    },
  ];
}

function perSecond(call: () => void): number {
  const end = process.hrtime.bigint() + BigInt(RATE_MS) * 1_000_000n;
  let calls = 0;
  for (; process.hrtime.bigint() < end; calls += 1) call();
  return Math.round((calls * 1_000) / RATE_MS);
}
