import { setTimeout as pause } from 'node:timers/promises';
import {
  CeremonyToken,
  servesAsUser,
  underCeremonyLock,
  type Ceremony,
  type TokenRole,
} from '#libs/key-ceremony';
import type { Registrar } from '#libs/keys';
import { COMMAND_LINE } from '#libs/requests';
import type { SecretText } from '#libs/secret-text';
import {
  loadHsmSettings,
  PIN_SETTINGS,
  softHsmConfiguration,
  type HsmCommandSettings,
  type SecretRole,
} from './config/hsm-settings.js';
import { inOneGo } from './config/in-one-go.js';
import { ownerUrl, withOwner } from './database.js';
import { localPerson } from './request-context.js';
import { withSoftHsmCopy } from './softhsm-copy.js';
import { askSecret } from './terminal/ask-secret.js';
import { confirm } from './terminal/confirm.js';
import { Refused } from './terminal/refused.js';
import { told } from './terminal/told.js';

/** Options of every ceremony. */
export interface CeremonyOptions {
  readonly participant?: readonly string[];
  readonly record?: string;
  readonly json?: true;
  /** Does not ask before anything is made. */
  readonly yes?: true;
}

/** For ceremonies that need only this role. */
export const USER_ALONE: readonly TokenRole[] = ['user'];

const QUESTIONS: Readonly<Record<SecretRole, string>> = {
  user: 'Token PIN of the user who makes keys',
  service: 'Token PIN of the user whom the service logs in as',
  officer: "Security officer's token PIN",
};

/** The database as its owner, without a token: for work on registrations alone. */
export async function withRegistrations(
  options: CeremonyOptions,
  work: (ceremony: Omit<Ceremony, 'token'>) => Promise<void>,
): Promise<void> {
  await withOwner((dataSource) =>
    underCeremonyLock(dataSource, () =>
      work({ dataSource, registrar: registrar(options), told, pause, now: () => new Date() }),
    ),
  );
}

/**
 * The token in these roles, and the database as its owner. Missing secrets are asked for first, so that nothing waits
 * for a person after the work has begun.
 */
export async function withCeremony(
  options: CeremonyOptions,
  roles: readonly TokenRole[],
  work: (ceremony: Ceremony) => Promise<void>,
): Promise<void> {
  const settings = ceremonySettings();
  await withRegistrations(options, async (registrations) => {
    const pins = await askedPins(settings, roles);
    const held = async () => {
      using token = new CeremonyToken(settings, pins);
      await work({ ...registrations, token });
    };
    await (settings.profile === 'softhsm2' ? withSoftHsmCopy(softHsmConfiguration(), told, held) : held());
  });
}

/** All faults at once, those of the database's settings too. @throws Refused */
export function ceremonySettings(): HsmCommandSettings {
  return inOneGo(loadHsmSettings, ownerUrl)[0];
}

export async function askedPins(
  settings: HsmCommandSettings,
  roles: readonly SecretRole[],
): Promise<(role: SecretRole) => SecretText> {
  const { pins } = settings;
  const known = new Map<SecretRole, SecretText>();
  const secretOf = (role: SecretRole) => (role === 'service' && servesAsUser(settings) ? 'user' : role);
  for (const role of new Set(roles.map(secretOf))) {
    known.set(role, pins[role] ?? (await askSecret(QUESTIONS[role], PIN_SETTINGS[role].setting)));
  }
  return (role) => {
    const pin = known.get(secretOf(role));
    if (pin === undefined) throw new Refused(`this needs the part of the ${role}`);
    return pin;
  };
}

/** Lets a person check the token once more: keys that are made or become current cannot be taken back. */
export async function confirmOn(
  { token }: Ceremony,
  { yes }: CeremonyOptions,
  { what, name }: { readonly what: string; readonly name: string },
): Promise<void> {
  if (yes === true) return;
  const { label, manufacturer, model, serialNumber } = token.info;
  const { profile } = loadHsmSettings();
  const where = `token "${label}" (${manufacturer} ${model}, serial ${serialNumber}; profile ${profile})`;
  await confirm(`This ${what} on ${where}, and cannot be undone.`, name);
}

/** Who holds the ceremony: the person logged in to this machine, and the other participants. */
export function participants({ participant = [] }: CeremonyOptions): readonly string[] {
  return [localPerson(), ...participant];
}

function registrar(options: CeremonyOptions): Registrar {
  return { clientId: COMMAND_LINE, subject: participants(options).join(', ') };
}
