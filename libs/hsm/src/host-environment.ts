/**
 * What an HSM host inherits: the system's own variables, and those that tell vendor libraries where their configuration
 * is (docs/hsm). None of them holds a secret.
 */
const INHERITED: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'],
  ...['SOFTHSM2_CONF', 'ChrystokiConfigurationPath', 'CS_PKCS11_R2_CFG', 'CS_PKCS11_R3_CFG'],
  ...['NFAST_HOME', 'NFAST_KMDATA', 'NFAST_SERVER', 'NFAST_PRIVSERVER'],
  'CKNFAST_LOADSHARING',
  'CKNFAST_OVERRIDE_SECURITY_ASSURANCES',
];

/** Names of variables that hold secrets, here or in other programs. */
const SECRET_NAME = /PIN|PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|DATABASE|REDIS|_URL|_FILE$|^NODE_/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Whether a deployment may name it in HSM_ENVIRONMENT. */
export function mayBeInherited(name: string): boolean {
  // The project's own name contains the letters PIN.
  return NAME.test(name) && !SECRET_NAME.test(name.replace(/^PINWARD_/, ''));
}

/**
 * The whole environment of an HSM host. It is an allow-list: the vendor library must not get a database URL or an
 * officer's secret that is set later either.
 *
 * @param further names that this deployment's library also reads
 */
export function hostEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  further: readonly string[] = [],
): NodeJS.ProcessEnv {
  const names = [...INHERITED, ...further.filter(mayBeInherited)];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

/** "A,B", the form of HSM_ENVIRONMENT. */
export function variableNames(list: string): readonly string[] {
  return list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}
