import type { DataSource } from 'typeorm';
import { listedKeys, readKeyRegistrations } from '#libs/keys';
import type { TlsSettings } from '../config/tls-settings.js';
import { algorithmComponents, SOFTWARE_USES } from './algorithm-uses.js';
import { certificateComponents } from './certificates.js';
import { APPLICATION, bomOf, properties, type Component, type Dependency } from './cyclonedx.js';
import { keyComponent, keyUses, type InventoryKey, type TokenTraits } from './hsm-keys.js';
import { protocolsOf } from './protocols.js';
import { storedSecrets } from './stored-secrets.js';
import { seenToken, type SeenToken } from './token.js';

const OPENSSL: Component = {
  type: 'library',
  'bom-ref': 'library/openssl',
  name: 'OpenSSL',
  version: process.versions.openssl,
  properties: properties({ where: `built into Node.js ${process.versions.node}` }),
};

interface InventoryOptions {
  readonly tls: TlsSettings;
  /** False: do not log in to the token. */
  readonly hsm: boolean;
  readonly serial: string;
  readonly timestamp: Date;
}

/** @returns the inventory, and what to tell its reader: what could not be looked at, and remarks */
export async function writeInventory(
  dataSource: DataSource,
  { tls, hsm, serial, timestamp }: InventoryOptions,
): Promise<{ readonly bom: ReturnType<typeof bomOf>; readonly told: readonly string[] }> {
  // 1. The keys: as registered, and as the token has them.
  const listed = await listedKeys(dataSource, timestamp, null);
  const registrations = await readKeyRegistrations(
    dataSource,
    listed.map(({ key }) => key),
  );
  const token = await seenToken(listed, { hsm });
  const keys = listed.map((key): InventoryKey => ({
    listed: key,
    onToken: token?.facts.get(key.key),
    registrations: registrations.filter((one) => one.key === key.key),
  }));
  const traits: TokenTraits = {
    transportAlgorithm: token?.transportAlgorithm ?? null,
    mechanism: token === null ? 'unknown' : token.isSoftware ? 'Software' : 'HSM',
  };
  // 2. Everything else.
  const certificates = certificatesOf(tls, timestamp);
  const refs = certificates.map((one) => one['bom-ref']).filter((ref) => ref.startsWith('certificate/'));
  const protocols = await protocolsOf(tls, dataSource, refs);
  const uses = [...keyUses(keys, traits), ...SOFTWARE_USES, ...protocols.uses];
  const environment = token === null ? 'unknown' : token.isSoftware ? 'software-plain-ram' : 'hardware';
  const algorithms = algorithmComponents(uses, environment);
  const all = [
    OPENSSL,
    ...(token === null ? [] : [token.module, token.device]),
    ...keys.map((key) => keyComponent(key, traits)),
    ...algorithms,
    ...protocols.components,
    ...certificates,
    ...(await storedSecrets(dataSource, { now: timestamp, mechanism: traits.mechanism })),
  ];
  // A certificate may be in two files, and two may have the same signature algorithm.
  const components = [...new Map(all.map((component) => [component['bom-ref'], component])).values()];
  // 3. What is missing.
  const missing = [
    ...(token === null ? ['the token was not looked at'] : []),
    ...(tls.mode === 'off' ? ['TLS_MODE is off: the TLS of the proxy before the service is not seen'] : []),
    ...(tls.mode === 'on' && tls.certificateFile === null ? ['TLS_CERT_FILE is not set'] : []),
  ];
  const { remarks } = protocols;
  const dependencies = dependenciesOf(components, token);
  const bom = bomOf({ serial, timestamp, components, dependencies, missing, remarks });
  return { bom, told: [...missing, ...remarks] };
}

function certificatesOf(
  { certificateFile, clientAuthorityFile }: TlsSettings,
  now: Date,
): readonly Component[] {
  return [
    ...(certificateFile === null ? [] : certificateComponents('TLS_CERT_FILE', certificateFile, now)),
    ...(clientAuthorityFile === null
      ? []
      : certificateComponents('TLS_CLIENT_CA_FILE', clientAuthorityFile, now)),
  ];
}

/** The application uses the libraries, the module its token; each has the algorithms that run there. */
function dependenciesOf(components: readonly Component[], token: SeenToken | null): readonly Dependency[] {
  const provided = (place: 'hsm' | 'openssl') =>
    components
      .map((component) => component['bom-ref'])
      .filter((ref) => ref.startsWith(`algorithm/${place}/`));
  const [module, device] = ['library/pkcs11-module', 'device/hsm'];
  return [
    { ref: APPLICATION, dependsOn: ['library/openssl', ...(token === null ? [] : [module])] },
    { ref: 'library/openssl', provides: provided('openssl').toSorted() },
    ...(token === null
      ? []
      : [{ ref: module, dependsOn: [device], provides: provided('hsm').toSorted() }, { ref: device }]),
  ];
}
