import { onStage, type RunningService } from './stage.js';

/** npm start in development: runs until the service ends or a signal stops this process. @returns the exit status */
export async function startDevelopment(): Promise<number> {
  return await onStage('built', async (stage) => {
    await using service = await stage.startService();
    console.log(linesToCopy(service));
    return (await Promise.race([service.exit, stage.told.stop])) || 1; // a service that ends by itself has failed
  });
}

export function linesToCopy({ baseUrl, console: ofOperators }: RunningService): string {
  return `
Development service: token, database and secrets are below var/, clients and their secrets in var/dev.json.
In another terminal:

  curl --cacert var/tls/certificate.pem ${baseUrl}/health/ready
  npm run demo
  echo 4071 | npm run -s envelope -- --card CARD_ID
${ofOperators === null ? '' : `\nConsole: ${ofOperators.url} (sign in as ${choiceOf(ofOperators.operators)})\n${ofOperators.changes === 'at once' ? '  What is changed in apps/console/src appears there at once.\n' : ''}`}
Ctrl-C stops it.
`;
}

function choiceOf(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);
}
