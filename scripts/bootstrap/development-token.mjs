// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findNode } from './node-runtime.mjs';
import { DIST, privateDirectory, VAR } from './paths.mjs';
import { output } from './processes.mjs';
import { givenSecret, ownSecret } from './secrets.mjs';
import { softhsmModule } from './system-packages.mjs';
import { Explained, tell } from './terminal.mjs';

const SET_UP = join(DIST, 'softhsm/set-up-token.js');
const TOKENS = join(VAR, 'softhsm/tokens');
const LABEL = 'pinward-development';

/**
 * @typedef {object} Token
 * @property {string} module what the service loads
 * @property {string} label
 * @property {string} pinFile
 * @property {string | undefined} softhsm2Conf
 * @property {string | undefined} keysFile the keys to register, where this set-up has made or found them
 */

/** The token of the development service, with its keys. @returns {Promise<Token>} */
export async function prepareToken() {
  return process.env.PKCS11_TOKEN_LABEL ? await givenToken(process.env.PKCS11_TOKEN_LABEL) : await ownToken();
}

/**
 * A SoftHSM2 token below var/. It is always made through SoftHSM2 itself: PKCS11_MODULE may be something in front
 * of it that only the service's calls should pass.
 */
async function ownToken() {
  const softhsm2Conf = process.env.SOFTHSM2_CONF ?? ownConfiguration();
  const pinFile = (givenSecret('PKCS11_TOKEN_PIN') ?? ownSecret('token-pin')).file();
  const soPinFile = ownSecret('token-so-pin').file();
  const module = softhsmModule();
  const keysFile = await setUp({ module, label: LABEL, pinFile, soPinFile, softhsm2Conf });
  return { module: process.env.PKCS11_MODULE ?? module, label: LABEL, pinFile, softhsm2Conf, keysFile };
}

/** Names the token directory by its whole path, so it is made anew in a checkout that has moved. */
function ownConfiguration() {
  const file = join(privateDirectory('softhsm'), 'softhsm2.conf');
  if (existsSync(file) && !readFileSync(file, 'utf8').includes(`= ${TOKENS}\n`)) rmSync(file);
  return file;
}

/** Somebody's own token: nothing is made on it unless its security officer's PIN is given. @param {string} label */
async function givenToken(label) {
  const pin = givenSecret('PKCS11_TOKEN_PIN');
  if (!pin)
    throw new Explained('PKCS11_TOKEN_LABEL needs PKCS11_TOKEN_PIN or PKCS11_TOKEN_PIN_FILE beside it.');
  const soPin = givenSecret('PKCS11_SO_PIN');
  const module = process.env.PKCS11_MODULE ?? softhsmModule();
  const softhsm2Conf = process.env.SOFTHSM2_CONF;
  if (!soPin) {
    tell(
      `using the token "${label}" as it is: its keys must have been made and registered before. With PKCS11_SO_PIN ` +
        'or PKCS11_SO_PIN_FILE, what is missing is made.',
    );
  }
  const pinFile = pin.file();
  const keysFile = soPin && (await setUp({ module, label, pinFile, soPinFile: soPin.file(), softhsm2Conf }));
  soPin?.forget();
  return { module, label, pinFile, softhsm2Conf, keysFile };
}

/**
 * @param {{ module: string, label: string, pinFile: string, soPinFile: string, softhsm2Conf: string | undefined }} token
 * @returns {Promise<string>} the file that names the keys
 */
async function setUp({ module, label, pinFile, soPinFile, softhsm2Conf }) {
  const keysFile = join(VAR, 'keys.json');
  const args = ['--module', module, '--label', label, '--user-pin-file', pinFile, '--so-pin-file', soPinFile];
  const softhsm = softhsm2Conf ? ['--conf', softhsm2Conf, '--token-dir', TOKENS] : [];
  await output(findNode(), ['--enable-source-maps', SET_UP, ...args, ...softhsm, '--out', keysFile], {
    env: { ...process.env, ...(softhsm2Conf ? { SOFTHSM2_CONF: softhsm2Conf } : {}) },
    failure: `The token "${label}" could not be set up`,
  });
  return keysFile;
}
