import { parseArgs } from 'node:util';
import { checkEnvelope, publishedTestKeys, type EnvelopeFinding } from '../check-envelope/index.js';
import { UsageError } from './usage-error.js';

export const CHECK_ENVELOPE_HELP = `Usage: pinward check-envelope [OPTIONS] [FILE]

Opens an envelope that was made for the published test key, and names every mistake in it. Reads JSON from FILE or standard
input: the envelope, a request body with it as encryptedPin, or {"envelope":…,"pin":…,"pinAccount":…,"cardId":…}.

Options:
  --pin-account DIGITS  the 12 digits that the service issued with the card
  --card-id ID          the card's id, as the service writes it
  --pin DIGITS          the PIN that should be in it; without it any PIN is right. Take a made-up one
  --keys                print the test key instead, as GET /v1/pin-keys publishes keys: for each hash under a kid of its own
  --json                print the findings as JSON
  --help                show this

Everybody has the test key's private half (docs/vectors of Pinward's documentation): encrypt no cardholder's PIN to it.
Exit code: 0 nothing is wrong, 1 something is, 2 the command was not understood.
`;

const OPTIONS = {
  'pin-account': { type: 'string' },
  'card-id': { type: 'string' },
  pin: { type: 'string' },
  keys: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** Reads FILE, or standard input where there is none. */
export type ReadInput = (file: string | undefined) => Promise<string>;

/**
 * @returns what to print, and whether the envelope is right
 * @throws UsageError where there is nothing to check, or nothing to compare it with
 */
export async function checkEnvelopeCommand(
  args: readonly string[],
  read: ReadInput,
): Promise<{ readonly isRight: boolean; readonly output: string }> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.keys)
    return { isRight: true, output: `${JSON.stringify({ keys: publishedTestKeys() }, null, 2)}\n` };
  if (positionals.length > 1) throw new UsageError('one FILE at most');
  const given = membersOf(await read(positionals[0]));
  const findings = await checkEnvelope({
    envelope: given['envelope'] ?? given['encryptedPin'] ?? given,
    pin: textOf(values.pin ?? given['pin'], 'pin'),
    pinAccount:
      textOf(values['pin-account'] ?? given['pinAccount'], 'pinAccount') ?? missing('--pin-account'),
    cardId: textOf(values['card-id'] ?? given['cardId'], 'cardId') ?? missing('--card-id'),
  });
  const isRight = findings.length === 0;
  if (values.json) return { isRight, output: `${JSON.stringify({ findings }, null, 2)}\n` };
  return { isRight, output: isRight ? 'The envelope is right.\n' : findings.map(asText).join('\n') };
}

function asText({ code, title, detail, remedy, hint }: EnvelopeFinding): string {
  const lines = [code, [title, detail].filter(Boolean).join(' '), remedy, hint].filter(Boolean);
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}\n`).join('');
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would repeat what stands there.
  }
  if (typeof value !== 'object' || value === null) throw new UsageError('the input is not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/** A PIN or a PIN account that is a number has lost its leading zeros. */
function textOf(value: unknown, member: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`${member} must be a text`);
}

function missing(option: string): never {
  throw new UsageError(`${option} is missing`);
}
