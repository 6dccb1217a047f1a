import { readFileSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Cryptoki, Handle } from './cryptoki.js';
import type { TokenInfo } from './info.js';

interface SoftwareModule {
  readonly name: string;
  readonly file: RegExp;
  /** Text in the file, whatever its name: something that the module looks up or says about itself. */
  readonly mark: string;
}

/** Which tokens in software are let in: all, for a rehearsal SoftHSM2 alone, or none. */
export type SoftwareTokens = 'any' | 'softhsm2' | 'none';

const SOFT_HSM = 'SoftHSM2';

/** Tokens in software, spies, and clients of another process that may hold either. */
const MODULES: readonly SoftwareModule[] = [
  { name: SOFT_HSM, file: /softhsm/i, mark: 'SOFTHSM2_CONF' },
  { name: 'pkcs11-spy, which writes every buffer to a log,', file: /pkcs11-spy/i, mark: 'PKCS11SPY_OUTPUT' },
  { name: "NSS's software token", file: /^libsoftokn3|^libnssckbi/i, mark: 'NSS Generic Crypto Services' },
  { name: "openCryptoki's software token", file: /^libpkcs11_sw/i, mark: 'SoftTok' },
  { name: "p11-kit's client", file: /^p11-kit-(?:client|proxy)/i, mark: 'P11_KIT_SERVER_ADDRESS' },
];

/** The last hint: the token's own description. */
const SAYS_SO = /softhsm|soft ?tok|^soft$|\bNSS\b/i;

/** Slot of a hardware device (PKCS#11 3.1, section 3.2, CK_SLOT_INFO). */
const CKF_HW_SLOT = 0x4;

export interface TokenEvidence {
  readonly info: Pick<TokenInfo, 'manufacturer' | 'model'>;
  readonly slotFlags: number;
  /** Every file whose code is mapped into this process: the module and all that it has loaded. */
  readonly mappedFiles: readonly string[];
}

export interface SoftwareFindings {
  /** Signs that this is no hardware token. */
  readonly software: readonly string[];
  /** Those of them that are of something else than SoftHSM2: another token, or a spy. */
  readonly notSoftHsm: readonly string[];
  /** Files that could not be read, which does not mean that they are harmless. */
  readonly unknown: readonly string[];
}

/** The evidence that tells a software token from hardware, in the process that has loaded the module. */
export function evidenceOf(cryptoki: Cryptoki, slot: Handle): TokenEvidence {
  return { info: cryptoki.tokenInfo(slot), slotFlags: cryptoki.slotFlags(slot), mappedFiles: mappedFiles() };
}

/** Neither file names alone nor texts alone decide. */
export function softwareFindings({
  info,
  mappedFiles: mapped,
}: Omit<TokenEvidence, 'slotFlags'>): SoftwareFindings {
  const looks = mapped.map((path) => lookAt(path));
  const words = [info.manufacturer, info.model]
    .filter((text) => SAYS_SO.test(text))
    .map((text): Sign => ({
      isSoftHsm: /softhsm/i.test(text),
      sign: `the token calls itself ${JSON.stringify(text)}`,
    }));
  const signs = [...looks.flatMap(({ software }) => software ?? []), ...words];
  return {
    software: signs.map(({ sign }) => sign),
    notSoftHsm: signs.filter(({ isSoftHsm }) => !isSoftHsm).map(({ sign }) => sign),
    unknown: looks.flatMap(({ unknown }) => unknown ?? []),
  };
}

/** @returns what is missing; null for the slot of a hardware device */
export function missingHardwareFlag({ slotFlags }: Pick<TokenEvidence, 'slotFlags'>): string | null {
  if ((slotFlags & CKF_HW_SLOT) !== 0) return null;
  return 'the slot does not say that it is a hardware device (CKF_HW_SLOT)';
}

/** The mapped files of this process, by proc_pid_maps(5), each once and by its real path; without Node.js itself. */
export function mappedFiles(): readonly string[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  // Data may be mapped from anywhere, even a driver's device, but a module is code.
  const paths = lines.flatMap((line) => /^\S+ ..x. \S+ \S+ \S+ +(\/.*)$/.exec(line)?.[1] ?? []);
  const own = realpathSync(process.execPath);
  return [...new Set(paths)].filter((path) => path !== own);
}

interface Sign {
  readonly isSoftHsm: boolean;
  readonly sign: string;
}

interface Look {
  readonly software?: Sign;
  readonly unknown?: string;
}

function lookAt(path: string): Look {
  const named = MODULES.find(({ file }) => file.test(basename(path)));
  if (named !== undefined) return { software: mappedAs(named, path) };
  try {
    const content = readFileSync(path);
    const marked = MODULES.find(({ mark }) => content.includes(mark));
    return marked === undefined ? {} : { software: mappedAs(marked, path) };
  } catch (error) {
    // The file is gone, or was replaced after it was mapped: the kernel then adds "(deleted)" to its path.
    const { code = 'no file' } = error as NodeJS.ErrnoException;
    return {
      unknown: `${path} is mapped into the process and cannot be read (${code}): it may be anything`,
    };
  }
}

function mappedAs({ name }: SoftwareModule, path: string): Sign {
  return { isSoftHsm: name === SOFT_HSM, sign: `${name} is mapped into the process (${path})` };
}
