import { clientView, type IssuedSecret } from '#libs/api-clients';

/** The only answers that show a secret; they are neither stored nor cached. */
export function issuedSecretView({ client, secret }: IssuedSecret) {
  return { ...clientView(client, new Date()), clientSecret: secret.reveal() };
}
