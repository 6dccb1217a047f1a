import { KEY_KINDS, keyLabel, type KeyKind } from '#libs/hsm';
import {
  CeremonyToken,
  destroyRetiredKey,
  initKeys,
  retireKey,
  rotateKey,
  type Ceremony,
  type TokenRole,
} from '#libs/key-ceremony';
import { dueAt, readRegisteredKeys } from '#libs/keys';
import { SecretText } from '#libs/secret-text';
import { SECRETS, type KeysKit } from './keys-kit.js';

const DAY_MS = 86_400_000;
const ROLES: readonly TokenRole[] = ['officer', 'user'];
const PARTS = { roles: ROLES, transportBits: 2048, graceHours: 24, prepareOnly: false };

/** Opens the kit's token in this process, which then must open no other: SoftHSM2 reads its configuration once. */
export function openToken(kit: KeysKit): CeremonyToken {
  process.env['SOFTHSM2_CONF'] = kit.environment['SOFTHSM2_CONF'];
  const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = kit.environment;
  const pins = { user: new SecretText(SECRETS.userPin), officer: new SecretText(SECRETS.officerPin) };
  return new CeremonyToken({ module, tokenLabel, profile: 'softhsm2' }, (role) => pins[role]);
}

/** Plays the key calendar day by day: every kind is rotated when it is due, and retired when its time is over. */
export class CeremonyCalendar {
  readonly done: Record<'rotated' | 'retired', Record<KeyKind, number>> = {
    rotated: noneOf(),
    retired: noneOf(),
  };
  readonly ceremony: Ceremony;
  #now = new Date();
  readonly #since = new Map<KeyKind, Date>();

  constructor(
    { owner: dataSource }: KeysKit,
    token: CeremonyToken,
    /** Kinds that are rotated a few times a year instead of each week, to be quick. */
    private readonly thinned: Partial<Record<KeyKind, number>> = {},
  ) {
    this.ceremony = {
      dataSource,
      token,
      registrar: { clientId: 'test', subject: 'calendar' },
      told: () => undefined,
      pause: async () => undefined,
      now: () => this.#now,
    };
  }

  async begin(): Promise<void> {
    await initKeys(this.ceremony, PARTS);
    for (const kind of KEY_KINDS) this.#since.set(kind, this.#now);
  }

  async play(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      this.#now = new Date(this.#now.getTime() + DAY_MS);
      for (const kind of KEY_KINDS) if (this.isDue(kind)) await this.rotate(kind);
      await this.retireWhatIsOver();
    }
  }

  async rotate(kind: KeyKind): Promise<void> {
    if (kind === 'manifest-signing') await rotateKey(this.ceremony, { ...PARTS, kind, prepareOnly: true });
    await rotateKey(this.ceremony, { ...PARTS, kind });
    this.#since.set(kind, this.#now);
    this.done.rotated[kind] += 1;
  }

  private isDue(kind: KeyKind): boolean {
    const since = this.#since.get(kind) ?? this.#now;
    const days = this.thinned[kind];
    const due =
      days === undefined
        ? dueAt(kind, { since, uses: null, now: this.#now })
        : new Date(since.getTime() + days * DAY_MS);
    return due <= this.#now;
  }

  private async retireWhatIsOver(): Promise<void> {
    const keys = await readRegisteredKeys(this.ceremony.dataSource);
    for (const key of keys) {
      if (key.state !== 'accepted' || (key.expiresAt !== null && key.expiresAt > this.#now)) continue;
      const label = keyLabel(key);
      await retireKey(this.ceremony, { label, now: false });
      this.done.retired[key.kind] += 1;
      // Wrapping keys stay; every second one of the others stays too, since it need not be destroyed.
      if (key.kind !== 'pin-wrapping' && key.generation % 2 === 1)
        await destroyRetiredKey(this.ceremony, label);
    }
  }
}

function noneOf(): Record<KeyKind, number> {
  return Object.fromEntries(KEY_KINDS.map((kind) => [kind, 0])) as Record<KeyKind, number>;
}
