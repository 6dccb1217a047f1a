// A process that calls a PKCS#11 module on request, for the tests of shim and spy: one JSON command a line in, one JSON
// answer a line out. It contains no product code. Run by Node itself (type stripping).
import { createInterface } from 'node:readline';
import pkcs11js from 'pkcs11js';

interface Command {
  readonly do: 'make-keys' | 'evaluate' | 'read-label' | 'digest' | 'vault' | 'random';
  readonly data?: string;
}

const P = pkcs11js;
const AES_KEY_WRAP = 0x2109;
const OAEP = {
  mechanism: P.CKM_RSA_PKCS_OAEP,
  parameter: { type: P.CK_PARAMS_RSA_OAEP, hashAlg: P.CKM_SHA_1, mgf: 1, source: 1 },
};
const ECB = { mechanism: P.CKM_AES_ECB };

const module = new P.PKCS11();
module.load(process.argv[2] ?? '');
module.C_Initialize();
const [slot] = module.C_GetSlotList(true);
if (slot === undefined) throw new Error('no token');
const session = module.C_OpenSession(slot, P.CKF_SERIAL_SESSION | P.CKF_RW_SESSION);
module.C_Login(session, P.CKU_USER, process.argv[3] ?? '');

function find(label: string, keyClass: number): Buffer {
  module.C_FindObjectsInit(session, [
    { type: P.CKA_LABEL, value: label },
    { type: P.CKA_CLASS, value: keyClass },
  ]);
  const [found] = module.C_FindObjects(session, 1);
  module.C_FindObjectsFinal(session);
  if (found === undefined) throw new Error(`no key ${label}`);
  return found;
}

function makeKeys(): object {
  const { publicKey } = module.C_GenerateKeyPair(
    session,
    { mechanism: P.CKM_RSA_PKCS_KEY_PAIR_GEN },
    [
      { type: P.CKA_MODULUS_BITS, value: 2048 },
      { type: P.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
    ],
    [
      { type: P.CKA_LABEL, value: 'pin-transport-1' },
      { type: P.CKA_TOKEN, value: true },
      { type: P.CKA_UNWRAP, value: true },
    ],
  );
  for (const label of ['pin-wrapping-1', 'card-vault-1']) {
    module.C_GenerateKey(session, { mechanism: P.CKM_AES_KEY_GEN }, [
      { type: P.CKA_LABEL, value: label },
      { type: P.CKA_TOKEN, value: true },
      { type: P.CKA_VALUE_LEN, value: 32 },
      { type: P.CKA_WRAP, value: true },
      { type: P.CKA_ENCRYPT, value: true },
      { type: P.CKA_DECRYPT, value: true },
    ]);
  }
  const [modulus] = module.C_GetAttributeValue(session, publicKey, [{ type: P.CKA_MODULUS }]);
  if (!Buffer.isBuffer(modulus?.value)) throw new Error('no modulus');
  return { modulus: modulus.value.toString('base64url') };
}

/** Unwrap, wrap, destroy: the steps of a PIN evaluation. */
function evaluate(ciphertext: Buffer): object {
  const pinObject = module.C_UnwrapKey(
    session,
    OAEP,
    find('pin-transport-1', P.CKO_PRIVATE_KEY),
    ciphertext,
    [
      { type: P.CKA_CLASS, value: P.CKO_SECRET_KEY },
      { type: P.CKA_KEY_TYPE, value: P.CKK_AES },
      { type: P.CKA_TOKEN, value: false },
      { type: P.CKA_EXTRACTABLE, value: true },
    ],
  );
  try {
    const wrapping = find('pin-wrapping-1', P.CKO_SECRET_KEY);
    const r0 = module.C_WrapKey(session, { mechanism: AES_KEY_WRAP }, wrapping, pinObject, Buffer.alloc(64));
    return { r0: r0.toString('hex') };
  } finally {
    module.C_DestroyObject(session, pinObject);
  }
}

function digest(data: Buffer): object {
  module.C_DigestInit(session, { mechanism: P.CKM_SHA256 });
  return { digest: module.C_Digest(session, data, Buffer.alloc(32)).toString('hex') };
}

/** Encrypts and decrypts again: the module outputs the clear data, like a leak. */
function vault(data: Buffer): object {
  const key = find('card-vault-1', P.CKO_SECRET_KEY);
  module.C_EncryptInit(session, ECB, key);
  const encrypted = module.C_Encrypt(session, data, Buffer.alloc(data.length));
  module.C_DecryptInit(session, ECB, key);
  return { clear: module.C_Decrypt(session, encrypted, Buffer.alloc(data.length)).toString('hex') };
}

function readLabel(): object {
  const key = find('pin-transport-1', P.CKO_PRIVATE_KEY);
  const [label] = module.C_GetAttributeValue(session, key, [{ type: P.CKA_LABEL }]);
  return { label: String(label?.value) };
}

function run(command: Command): object {
  const data = Buffer.from(command.data ?? '', 'base64');
  switch (command.do) {
    case 'make-keys':
      return makeKeys();
    case 'evaluate':
      return evaluate(data);
    case 'read-label':
      return readLabel();
    case 'digest':
      return digest(data);
    case 'vault':
      return vault(data);
    case 'random':
      return { random: module.C_GenerateRandom(session, Buffer.alloc(32)).toString('hex') };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(run(JSON.parse(line) as Command)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error), code: (error as { code?: number }).code }));
  }
}
module.C_Finalize();
