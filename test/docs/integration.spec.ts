import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceKit } from '../service/service-kit.js';
import {
  HAS_JDK,
  HAS_SHELL_TOOLS,
  PROGRAMS_FOLDER as FOLDER,
  PYTHON,
  runProgram,
} from './integration-programs.js';
import { tableRows } from './markdown-table.js';

const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');

let kit: ServiceKit;
let settings: Record<string, string>;

beforeAll(async () => {
  kit = await ServiceKit.open();
  const scopes = ['cards:write', 'pin:set', 'pin:validate'];
  const { clientId, clientSecret } = await kit.newClient({ clientId: 'my-card-app', scopes });
  settings = {
    PINWARD_URL: kit.service.baseUrl,
    PINWARD_CA: kit.identity.certificateFile,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
  };
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** What the programs print: the answers, as JSON or as Python shows them. */
function answersIn(output: string): unknown {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line.replaceAll("'", '"').replace('True', 'true')) as unknown);
}

const ANSWERS = [{ pinStatus: 'active' }, { verified: true, triesRemaining: 3, pinStatus: 'active' }];

describe('docs/integration', () => {
  it.runIf(HAS_SHELL_TOOLS)('sets and validates a PIN with curl and openssl, as the page says', async () => {
    const [command] = /(?<=```sh\n).*?(?=```)/s.exec(page) ?? [];
    const { PINWARD_URL: baseUrl, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = settings;
    const folder = mkdtempSync(join(tmpdir(), 'pinward-integration-'));
    try {
      mkdirSync(join(folder, 'var/tls'), { recursive: true });
      symlinkSync(join(FOLDER, '..'), join(folder, 'docs'));
      symlinkSync(kit.identity.certificateFile, join(folder, 'var/tls/certificate.pem'));
      const clients = [
        { clientId: 'another', clientSecret: 'of another' },
        { clientId, clientSecret },
      ];
      writeFileSync(join(folder, 'var/dev.json'), JSON.stringify({ baseUrl, clients }));
      expect(answersIn(await runProgram(['bash', '-ec', command ?? 'false'], { folder, settings }))).toEqual(
        ANSWERS,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.runIf(PYTHON)('sets and validates a PIN in Python', async () => {
    expect(answersIn(await runProgram([PYTHON ?? '', '-B', 'set_and_validate.py'], { settings }))).toEqual(
      ANSWERS,
    );
  });

  it.runIf(HAS_JDK)('sets and validates a PIN in Java', async () => {
    expect(answersIn(await runProgram(['java', 'SetAndValidate.java'], { settings }))).toEqual(ANSWERS);
  });

  it('names every program, and says which of them are run', () => {
    const rows = tableRows(page).filter(([, program]) => program?.startsWith('['));
    const named = rows.map(([, program]) => /\]\((.+)\)/.exec(program ?? '')?.[1]);
    expect(named.toSorted()).toEqual(
      readdirSync(FOLDER)
        .filter((file) => !file.endsWith('.md'))
        .toSorted(),
    );
    const tested = rows.filter(([, , , how]) => how?.startsWith('run by')).map(([language]) => language);
    expect(tested).toEqual(['shell', 'Python', 'Java']);
  });
});
