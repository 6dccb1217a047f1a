import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { encryptPin, isPin, type EncryptedPin, type PinKeySet } from '#libs/client';
import { readLines } from './envelope/read-lines.js';
import { Api, type Reply } from './service/api.js';
import { deliveredCode } from './service/delivered-code.js';
import { clientWith, readDevelopmentService } from './service/development-file.js';
import { Explained } from './bootstrap/terminal.mjs';
import { DEVELOPMENT_FILE } from './bootstrap/paths.mjs';
import { runCommand } from './terminal/run-command.js';

const HELP = `Usage: npm run -s envelope -- --card ID [--for set|validate|change|reset]

Reads a PIN from standard input (not echoed on a terminal), encrypts it for the card under the running service's
current key, and prints the JSON body of the request, ready for curl. The PIN appears nowhere.

Options:
  --card ID         the card's id, as POST /v1/cards answered it
  --for OPERATION   set, validate (both print {"encryptedPin":…}; the default), change, which reads two lines, the
                    current and the new PIN, and prints {"currentPin":…,"newPin":…,"otp":…}, or reset, which prints
                    {"newPin":…,"otp":…}. The one-time password is issued now, and its code fetched where the
                    development service leaves it
  --outbox-file FILE  that place (default dev-outbox.ndjson beside the file below)
  --dev-file FILE   what the running service left for scripts (default var/dev.json)
  --help            show this

Each printed envelope is accepted once. Example:
  npm run -s envelope -- --card $CARD > body.json
`;

const MEMBERS: Readonly<Record<string, readonly { readonly member: string; readonly prompt: string }[]>> = {
  set: [{ member: 'encryptedPin', prompt: 'PIN' }],
  validate: [{ member: 'encryptedPin', prompt: 'PIN' }],
  change: [
    { member: 'currentPin', prompt: 'Current PIN' },
    { member: 'newPin', prompt: 'New PIN' },
  ],
  reset: [{ member: 'newPin', prompt: 'New PIN' }],
};

/** The operations that need a one-time password, and its purpose. */
const OTP_PURPOSES: Readonly<Record<string, string>> = { change: 'pin-change', reset: 'pin-reset' };

interface Files {
  readonly devFile: string;
  readonly outboxFile: string;
}

async function envelope(
  cardId: string | undefined,
  operation: string,
  { devFile, outboxFile }: Files,
): Promise<void> {
  const members = Object.hasOwn(MEMBERS, operation) ? MEMBERS[operation] : undefined;
  if (cardId === undefined || members === undefined) throw new Explained(HELP);
  const service = readDevelopmentService(devFile);
  const pins = await readLines(
    process.stdin,
    members.map(({ prompt }) => prompt),
  );
  if (!pins.every((pin) => isPin(pin))) throw new Explained('A PIN has 4 to 12 digits, 0 to 9.');

  const api = new Api(service, clientWith(service, 'cards:read', 'pin:validate', 'otp:issue'));
  const card = succeeded(await api.get(`/v1/cards/${encodeURIComponent(cardId)}`));
  const { pinAccount } = card.body as { readonly pinAccount?: string };
  if (pinAccount === undefined) {
    throw new Explained(
      'The PIN account of this card comes from its PAN, which this command does not ask for.',
    );
  }
  const keySet = succeeded(await api.get('/v1/pin-keys')).body as unknown as PinKeySet;
  const { manifestPins } = service;

  const body: Record<string, EncryptedPin | Otp> = {};
  for (const [index, { member }] of members.entries()) {
    body[member] = await encryptPin({ pin: pins[index] ?? '', pinAccount, cardId, keySet, manifestPins });
  }
  const purpose = OTP_PURPOSES[operation];
  if (purpose !== undefined) body['otp'] = await newOtp(api, { cardId, purpose, outboxFile });
  console.log(JSON.stringify(body));
}

interface Otp {
  readonly otpId: string;
  readonly code: string;
}

async function newOtp(
  api: Api,
  {
    cardId,
    purpose,
    outboxFile,
  }: { readonly cardId: string; readonly purpose: string; readonly outboxFile: string },
): Promise<Otp> {
  const issued = succeeded(await api.post(`/v1/cards/${encodeURIComponent(cardId)}/otp`, { purpose }));
  const { otpId } = issued.body as { readonly otpId: string };
  return { otpId, code: await deliveredCode(outboxFile, otpId) };
}

function succeeded(reply: Reply): Reply {
  if (reply.status < 300) return reply;
  throw new Explained(
    `${reply.method} ${reply.path} answered ${reply.status} ${JSON.stringify(reply.body['code'] ?? '')}`,
  );
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      card: { type: 'string' },
      for: { type: 'string', default: 'validate' },
      'outbox-file': { type: 'string' },
      'dev-file': { type: 'string', default: DEVELOPMENT_FILE },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { 'dev-file': devFile } = values;
  const outboxFile = values['outbox-file'] ?? join(dirname(devFile), 'dev-outbox.ndjson');
  await envelope(values.card, values.for, { devFile, outboxFile });
});
