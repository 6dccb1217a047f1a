// A service that leaks in every way the boundary proof looks for: it keeps secrets in memory, logs them and answers
// with them. Run by Node itself (type stripping) in the place of the compiled service.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { unmasked } from './masked.mjs';

const { TLS_CERT_FILE = '', TLS_KEY_FILE = '', LEAKS = '' } = process.env;
const leaks = unmasked(LEAKS);

for (const [index, leak] of leaks.entries()) {
  (index % 2 === 0 ? process.stdout : process.stderr).write(Buffer.concat([leak, Buffer.from('\n')]));
}

const tls = { cert: readFileSync(TLS_CERT_FILE), key: readFileSync(TLS_KEY_FILE) };
const server = createServer(tls, (_request, response) => response.end(Buffer.concat(leaks)));
server.listen(0, '127.0.0.1', () => {
  console.log(`Pinward listens on https://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
