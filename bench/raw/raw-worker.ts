import { publicEncrypt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Cryptoki, Token, type TokenSettings, nodeOaep } from '#libs/hsm/pkcs11';

export interface RawWorkerData {
  readonly module: string;
  readonly token: TokenSettings;
  readonly seconds: number;
}

const PIN_FIELD_BYTES = 16;
const WRAP_OUTPUT_BYTES = 64;

/** Only unwrap, wrap and destroy, as fast as one session can. */
function operationsIn({ module, token: settings, seconds }: RawWorkerData): number {
  const token = new Token(new Cryptoki(module), settings);
  const { session, keys, mechanisms, unwrapTemplate } = token;
  const [transport] = keys.transport.values();
  const wrapping = keys.wrapping.get(keys.currentWrapping);
  if (transport === undefined || wrapping === undefined) throw new Error('the token lacks its keys');
  const padding = nodeOaep(token.profile.transportAlgorithm);
  const ciphertext = publicEncrypt(
    { key: transport.publicKey, ...padding },
    Buffer.alloc(PIN_FIELD_BYTES, 7),
  );
  const output = Buffer.alloc(WRAP_OUTPUT_BYTES);
  const end = process.hrtime.bigint() + BigInt(seconds) * 1_000_000_000n;
  let operations = 0;
  while (process.hrtime.bigint() < end) {
    const pinObject = session.unwrapKey(mechanisms.oaep, transport.handle, ciphertext, unwrapTemplate);
    session.wrapKey(mechanisms.aesKeyWrap, wrapping.handle, pinObject, output);
    session.destroyObject(pinObject);
    operations += 1;
  }
  return operations;
}

parentPort?.postMessage(operationsIn(workerData as RawWorkerData));
