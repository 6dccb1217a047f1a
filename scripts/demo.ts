import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { encryptPin, type EncryptedPin, type PinKeySet } from '#libs/client';
import { randomPins, writePinsFile } from './demo/demo-pins.js';
import { Steps } from './demo/steps.js';
import { Api } from './service/api.js';
import { deliveredCode } from './service/delivered-code.js';
import { clientWith, readDevelopmentService } from './service/development-file.js';
import { DEVELOPMENT_FILE } from './bootstrap/paths.mjs';
import { runCommand } from './terminal/run-command.js';

const HELP = `Usage: npm run demo [-- OPTIONS]

Plays a card app, a cardholder and an operator against the running service (npm start): registers a card, sets a PIN,
validates and changes it, locks the card with wrong PINs and unlocks it, resets the PIN, reveals the card data. Each step shows the call, the status and the body, and
is checked; the exit code is 1 as soon as one is not as expected. The PINs are random and never printed.

Options:
  --dev-file FILE   what the running service left for scripts (default var/dev.json)
  --outbox-file FILE  where the codes of one-time passwords arrive (default dev-outbox.ndjson beside that file)
  --pins-file FILE  for tests only: write the random PINs to a new file (0600), so that a test can search for them
  --help            show this
`;

interface Files {
  readonly devFile: string;
  readonly outboxFile: string;
  readonly pinsFile: string | undefined;
}

async function demo({ devFile, outboxFile, pinsFile }: Files): Promise<void> {
  const service = readDevelopmentService(devFile);
  const cardApp = new Api(
    service,
    clientWith(service, 'cards:write', 'cards:reveal', 'pin:set', 'pin:change', 'pin:reset', 'otp:issue'),
  );
  const operator = new Api(service, clientWith(service, 'ops:unlock'));
  const steps = new Steps(console.log);
  console.log(`Pinward demo against ${service.baseUrl}\n`);

  const registered = await steps.step(
    'The card app registers a card under its own reference.',
    () => cardApp.post('/v1/cards', { cardRef: `demo-${randomReference()}`, pan: TEST_PAN, expiry: '12/29' }),
    { status: 201, body: { pinStatus: 'unset', maskedPan: 'XXXX1111' } },
  );
  const { cardId, pinAccount, triesRemaining } = registered.body as {
    readonly cardId: string;
    readonly pinAccount: string;
    readonly triesRemaining: number;
  };
  const pins = randomPins(triesRemaining);
  if (pinsFile !== undefined) writePinsFile(pinsFile, { cardId, pinAccount }, pins);

  const published = await steps.step(
    'It fetches the key that PINs are encrypted with, signed by the manifest key it pins.',
    () => cardApp.get('/v1/pin-keys'),
    { status: 200 },
  );
  const { manifestPins } = service;
  const keySet = published.body as unknown as PinKeySet;
  const encrypted = (pin: string): Promise<EncryptedPin> =>
    encryptPin({ pin, pinAccount, cardId, keySet, manifestPins });
  const pinPath = `/v1/cards/${cardId}/pin`;
  const validate = async (pin: string) =>
    cardApp.post(`${pinPath}/validate`, { encryptedPin: await encrypted(pin) });
  /** The code that the message gateway would bring to the cardholder. */
  const otpFor = async (purpose: string) => {
    const issued = await steps.step(
      `The cardholder asks for a one-time password: ${purpose}.`,
      () => cardApp.post(`/v1/cards/${cardId}/otp`, { purpose }),
      { status: 202 },
    );
    const { otpId } = issued.body as { readonly otpId: string };
    return { otpId, code: await deliveredCode(outboxFile, otpId) };
  };
  const right = { status: 200, body: { verified: true, triesRemaining, pinStatus: 'active' } };

  await steps.step(
    'A weak PIN (1234) is refused, although the service never sees it.',
    async () => cardApp.post(pinPath, { encryptedPin: await encrypted('1234') }),
    { status: 422, body: { code: 'PIN_TOO_WEAK' } },
  );
  await steps.step(
    'The cardholder sets a PIN.',
    async () => cardApp.post(pinPath, { encryptedPin: await encrypted(pins.first) }),
    { status: 201, body: { pinStatus: 'active' } },
  );
  await steps.step('The PIN is validated.', () => validate(pins.first), right);
  const otp = await otpFor('pin-change');
  await steps.step(
    'The cardholder changes the PIN, with the one-time password and the current PIN.',
    async () =>
      cardApp.post(`${pinPath}/change`, {
        currentPin: await encrypted(pins.first),
        newPin: await encrypted(pins.second),
        otp,
      }),
    { status: 200, body: { changed: true, pinStatus: 'active' } },
  );
  await steps.step('The new PIN is validated.', () => validate(pins.second), right);
  for (const [index, pin] of pins.wrong.entries()) {
    const left = triesRemaining - index - 1;
    await steps.step(`A wrong PIN; tries left: ${left}.`, () => validate(pin), {
      status: 200,
      body: { verified: false, triesRemaining: left, pinStatus: left === 0 ? 'locked' : 'active' },
    });
  }
  await steps.step('The card is locked, also for the right PIN.', () => validate(pins.second), {
    status: 423,
    body: { code: 'PIN_LOCKED' },
  });
  await steps.step(
    'An operator unlocks it and says why.',
    () =>
      operator.post(`/v1/admin/cards/${cardId}/unlock`, { reason: 'Cardholder identified at the branch' }),
    { status: 200, body: { pinStatus: 'active' } },
  );
  await steps.step('The right PIN is validated again.', () => validate(pins.second), right);
  const resetOtp = await otpFor('pin-reset');
  await steps.step(
    'The cardholder has forgotten it, and resets it with a one-time password.',
    async () => cardApp.post(`${pinPath}/reset`, { newPin: await encrypted(pins.third), otp: resetOtp }),
    { status: 200, body: { pinStatus: 'active' } },
  );
  await steps.step('The third PIN is validated.', () => validate(pins.third), right);
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const recipientKey = await exportJWK(publicKey);
  const revealOtp = await otpFor('card-reveal');
  const revealed = await steps.step(
    "The card data are revealed, encrypted to a key of the app's.",
    () => cardApp.post(`/v1/cards/${cardId}/reveal`, { otp: revealOtp, recipientKey }),
    { status: 200 },
  );
  const { jwe } = revealed.body as { readonly jwe: string };
  const { plaintext } = await compactDecrypt(jwe, privateKey);
  const { pan } = JSON.parse(Buffer.from(plaintext).toString('utf8')) as { readonly pan: string };
  if (pan !== TEST_PAN) throw new Error('another card was revealed');
  console.log(`    The app has decrypted them: PAN XXXX${pan.slice(-4)}.\n`);
  console.log('The demo went as expected.');
}

/** A test number that payment schemes publish; it belongs to no card. */
const TEST_PAN = '4111111111111111';

/** Letters only: a reference with many digits could look like a PAN and would be refused. */
function randomReference(): string {
  return Array.from({ length: 16 }, () => String.fromCharCode(0x61 + randomInt(26))).join('');
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      'dev-file': { type: 'string', default: DEVELOPMENT_FILE },
      'outbox-file': { type: 'string' },
      'pins-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { 'dev-file': devFile, 'pins-file': pinsFile } = values;
  const outboxFile = values['outbox-file'] ?? join(dirname(devFile), 'dev-outbox.ndjson');
  await demo({ devFile, outboxFile, pinsFile });
});
