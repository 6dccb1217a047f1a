/**
 * For an HSM host to inherit: vendor libraries read variables of their own, but the caller's secrets are not theirs.
 *
 * @param secrets settings left out, and with each its `NAME_FILE`
 */
export function environmentWithout(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
): NodeJS.ProcessEnv {
  const names = new Set(secrets.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.has(name)));
}
