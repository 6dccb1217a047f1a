import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RegisteredKey } from '#libs/hsm';
import { setUpToken } from '../../softhsm/set-up.js';
import { privateDirectory, VAR } from '../bootstrap/paths.mjs';
import { softhsmModule } from '../bootstrap/system-packages.mjs';
import { Explained, tell } from '../bootstrap/terminal.mjs';
import type { DevelopmentEnvironment } from './environment.js';
import { ownSecret, type Secret } from './secrets.js';

const TOKENS = join(VAR, 'softhsm/tokens');
const LABEL = 'pinward-development';
const TRANSPORT_KEY_BITS = 3072;

/** The token of the development service, with its keys. */
export interface Token {
  /** The module that the service loads. */
  readonly module: string;
  readonly label: string;
  readonly pinFile: string;
  readonly softHsmConfiguration: string | undefined;
  /** The keys to register, if this set-up has made or found them. */
  readonly keys: readonly RegisteredKey[];
}

export function prepareToken(environment: DevelopmentEnvironment): Token {
  const { tokenLabel } = environment;
  return tokenLabel === undefined ? ownToken(environment) : givenToken(tokenLabel, environment);
}

/**
 * A SoftHSM2 token below var/. It is always made through SoftHSM2 itself: PKCS11_MODULE may be a module in front of it
 * that only the service's calls should pass.
 */
function ownToken({
  module,
  tokenPin,
  softHsmConfiguration = ownConfiguration(),
}: DevelopmentEnvironment): Token {
  const pin = tokenPin ?? ownSecret('token-pin');
  const made = { module: softhsmModule(), label: LABEL, softHsmConfiguration };
  const keys = setUp(made, pin, ownSecret('token-so-pin'));
  return { ...made, module: module ?? made.module, pinFile: pin.file(), keys };
}

/** It contains the absolute path of the token directory, so it is made anew when the checkout has moved. */
function ownConfiguration(): string {
  const file = join(privateDirectory('softhsm'), 'softhsm2.conf');
  if (existsSync(file) && !readFileSync(file, 'utf8').includes(`= ${TOKENS}\n`)) rmSync(file);
  return file;
}

/** A token that is not this checkout's: nothing is made on it unless its security officer's PIN is given. */
function givenToken(label: string, environment: DevelopmentEnvironment): Token {
  const { tokenPin, officerPin, softHsmConfiguration, module = softhsmModule() } = environment;
  if (tokenPin === undefined)
    throw new Explained('PKCS11_TOKEN_LABEL needs PKCS11_TOKEN_PIN or PKCS11_TOKEN_PIN_FILE beside it.');
  if (officerPin === undefined) {
    tell(
      `using the token "${label}" as it is: its keys must have been made and registered before. With PKCS11_SO_PIN ` +
        'or PKCS11_SO_PIN_FILE, what is missing is made.',
    );
  }
  const given = { module, label, softHsmConfiguration };
  const keys = officerPin === undefined ? [] : setUp(given, tokenPin, officerPin);
  return { ...given, pinFile: tokenPin.file(), keys };
}

function setUp(
  { module, label, softHsmConfiguration }: Pick<Token, 'module' | 'label' | 'softHsmConfiguration'>,
  { value: userPin }: Secret,
  { value: officerPin }: Secret,
): readonly RegisteredKey[] {
  try {
    return setUpToken({
      module,
      label,
      userPin,
      officerPin,
      keysFile: join(VAR, 'keys.json'),
      configuration: softHsmConfiguration,
      tokenDirectory: TOKENS,
      transportKeyBits: TRANSPORT_KEY_BITS,
    }).keys;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Explained(`The token "${label}" could not be set up: ${why}`, { cause });
  }
}
