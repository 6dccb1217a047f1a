import { readFileSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { TokenInfo } from './cryptoki.js';

interface SoftwareModule {
  readonly name: string;
  readonly file: RegExp;
  /** Text that its file has whatever the file is called: what it looks up or says of itself. */
  readonly mark: string;
}

/** Tokens in software, spies, and clients of whatever another process may hold. */
const MODULES: readonly SoftwareModule[] = [
  { name: 'SoftHSM2', file: /softhsm/i, mark: 'SOFTHSM2_CONF' },
  { name: 'pkcs11-spy, which writes every buffer to a log,', file: /pkcs11-spy/i, mark: 'PKCS11SPY_OUTPUT' },
  { name: "NSS's software token", file: /^libsoftokn3|^libnssckbi/i, mark: 'NSS Generic Crypto Services' },
  { name: "openCryptoki's software token", file: /^libpkcs11_sw/i, mark: 'SoftTok' },
  { name: "p11-kit's client", file: /^p11-kit-(?:client|proxy)/i, mark: 'P11_KIT_SERVER_ADDRESS' },
];

/** The last hint: what the token says of itself. */
const SAYS_SO = /softhsm|soft ?tok|^soft$|\bNSS\b/i;

/** Slot of a hardware device (PKCS#11 3.1, section 3.2, CK_SLOT_INFO). */
const CKF_HW_SLOT = 0x4;

export interface TokenEvidence {
  readonly info: Pick<TokenInfo, 'manufacturer' | 'model'>;
  readonly slotFlags: number;
  /** Every file that is mapped into this process, module and whatever it has loaded among them. */
  readonly mappedFiles: readonly string[];
}

/** What speaks against a hardware token; neither file names nor words alone decide. */
export function softwareFindings({
  info,
  mappedFiles: mapped,
}: Omit<TokenEvidence, 'slotFlags'>): readonly string[] {
  const found = mapped.flatMap((path) => {
    const module = MODULES.find(({ file, mark }) => file.test(basename(path)) || holds(path, mark));
    return module === undefined ? [] : [`${module.name} is mapped into the HSM host (${path})`];
  });
  const words = [info.manufacturer, info.model].filter((text) => SAYS_SO.test(text));
  return [...found, ...words.map((text) => `the token calls itself ${JSON.stringify(text)}`)];
}

/** @returns what is missing; null for the slot of a hardware device */
export function missingHardwareFlag({ slotFlags }: Pick<TokenEvidence, 'slotFlags'>): string | null {
  if ((slotFlags & CKF_HW_SLOT) !== 0) return null;
  return 'the slot does not say that it is a hardware device (CKF_HW_SLOT)';
}

/** Of this process, by proc_pid_maps(5), each once and by its real path; Node.js itself and the binding are ours. */
export function mappedFiles(): readonly string[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const paths = lines.flatMap((line) => /\S+ \S+ \S+ \S+ \S+ +(\/.*)$/.exec(line)?.[1] ?? []);
  const own = realpathSync(process.execPath);
  return [...new Set(paths)].filter(
    (path) => path !== own && !path.endsWith('.node') && !path.startsWith('/dev/'),
  );
}

/** A file that is gone, or was replaced since it was mapped, cannot be looked at: only its name can. */
function holds(path: string, mark: string): boolean {
  try {
    return readFileSync(path).includes(mark);
  } catch {
    return false;
  }
}
