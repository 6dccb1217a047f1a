import type { DataSource } from 'typeorm';
import { CardVault, ResealCardData } from '#libs/card-vault';
import { currentKey, type KeyKind, type PinHsm } from '#libs/hsm';
import { resealWebhookSecrets } from '#libs/webhooks';
import { withOwner } from '../database.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { ProgressBar } from '../terminal/told.js';
import { withHsm } from './with-hsm.js';

interface Resealed {
  readonly done: number;
  readonly broken: readonly string[];
  readonly rotated: boolean;
}

/** Exit code 0: nothing is left under an older key. */
export async function resealCommand(kind: string, { json }: { readonly json?: true }): Promise<void> {
  const work = WORK[kind];
  if (work === undefined) throw new Refused(`only ${Object.keys(WORK).join(', ')} can be resealed`);
  await withOwner((dataSource) =>
    withHsm(dataSource, async (hsm) => {
      const { done, broken, rotated } = await work(dataSource, hsm);
      const next = 'Retire the older key when pinctl keys list shows that nothing needs it.';
      if (rotated)
        throw new Refused(`the key was rotated meanwhile, after ${done} had moved: run this again`);
      print(json, { done, broken }, `${done} moved to the current key.\n${next}`);
      if (broken.length > 0)
        throw new Refused(`${broken.length} do not open and were left: ${broken.slice(0, 10).join(', ')}`);
    }),
  );
}

type Work = (dataSource: DataSource, hsm: PinHsm) => Promise<Resealed>;

/** Card data carry values of two kinds of keys; both move together. */
const WORK: Readonly<Partial<Record<string, Work>>> = {
  'card-vault': resealCards,
  lookup: resealCards,
  secrets: (dataSource, hsm) => resealWebhookSecrets(dataSource, hsm, current(hsm, 'secrets')),
};

async function resealCards(dataSource: DataSource, hsm: PinHsm): Promise<Resealed> {
  const generations = { seal: current(hsm, 'card-vault'), fingerprint: current(hsm, 'lookup') };
  const job = new ResealCardData(new CardVault(hsm, dataSource), dataSource, generations);
  const total = await job.remaining();
  const bar = new ProgressBar('cards', total);
  bar.show(0);
  return await job.execute(({ done, broken }) => bar.show(Math.min(total, done + broken.length)));
}

function current(hsm: PinHsm, kind: KeyKind): number {
  const key = currentKey(hsm.registeredKeys(), kind);
  if (key === undefined) throw new Refused(`no ${kind} key is current`);
  return key.generation;
}
