import { writeFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import { KeysKit } from './keys-kit.js';

interface Named {
  readonly name: string;
  readonly value: string;
}

export interface BomComponent {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly cryptoProperties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly properties?: readonly Named[];
}

interface Bom {
  readonly components: readonly BomComponent[];
  readonly properties: readonly Named[];
  readonly [member: string]: unknown;
}

/** One printed inventory. */
export class PrintedBom {
  readonly bom: Bom;

  constructor(readonly text: string) {
    this.bom = JSON.parse(text) as Bom;
  }

  component(ref: string): BomComponent | undefined {
    return this.bom.components.find((component) => component['bom-ref'] === ref);
  }

  refs(start: string): readonly string[] {
    return this.bom.components
      .map((component) => component['bom-ref'])
      .filter((ref) => ref.startsWith(start));
  }

  /** The one group of cryptoProperties beside assetType, such as algorithmProperties. */
  crypto(ref: string): Readonly<Record<string, unknown>> {
    const { assetType: _, oid: __, ...groups } = this.component(ref)?.cryptoProperties ?? {};
    const [group] = Object.values(groups);
    if (group === undefined) throw new Error(`${ref} is not in the inventory`);
    return group;
  }

  property(ref: string, name: string): string | undefined {
    return this.component(ref)?.properties?.find((one) => one.name === `pinward:${name}`)?.value;
  }
}

/** A token with one key of each kind, their registry, and a TLS certificate. */
export class CbomKit implements AsyncDisposable {
  private constructor(
    readonly keys: KeysKit,
    /** The service's TLS settings. */
    readonly tls: Readonly<Record<string, string>>,
    /** PEM, to look for in what is printed. */
    readonly privateKey: string,
  ) {}

  static async open(): Promise<CbomKit> {
    const keys = await KeysKit.open();
    const names = [{ name: 'commonName', value: 'pins.example' }];
    const pair = await generate(names, { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' });
    const [certificate, key] = [keys.file('certificate.pem'), keys.file('key.pem')];
    writeFileSync(certificate, pair.cert);
    writeFileSync(key, pair.private, { mode: 0o600 });
    const record = keys.file('init');
    const { code, stderr } = await keys.run(['keys', 'init', '--yes', '--record', record]);
    if (code !== 0) throw new Error(stderr);
    return new CbomKit(keys, { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key }, pair.private);
  }

  async print(
    options: readonly string[] = [],
    changed: Readonly<Record<string, string | undefined>> = {},
  ): Promise<PrintedBom & { readonly stderr: string }> {
    const { code, stdout, stderr } = await this.keys.run(['cbom', ...options], { ...this.tls, ...changed });
    if (code !== 0) throw new Error(stderr);
    return Object.assign(new PrintedBom(stdout), { stderr });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.keys[Symbol.asyncDispose]();
  }
}
