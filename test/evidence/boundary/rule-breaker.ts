// A user of the module that breaks every rule the boundary proof checks: it lets the module put secrets out, decrypts
// and signs with a transport key, reads a PIN object and never destroys it. Session objects only: the token stays as it is. Run
// by Node itself (type stripping); told by a line on standard input.
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { text } from 'node:stream/consumers';
import pkcs11js from 'pkcs11js';
import { unmasked } from './masked.mjs';

interface Orders {
  readonly module: string;
  readonly tokenPin: string;
  /** The first is a PIN field. All masked. */
  readonly secrets: string;
}

const P = pkcs11js;
const CKM_AES_KEY_WRAP = 0x2109;
const OAEP = {
  mechanism: P.CKM_RSA_PKCS_OAEP,
  parameter: { type: P.CK_PARAMS_RSA_OAEP, hashAlg: P.CKM_SHA_1, mgf: 1, source: 1 },
};

const orders = JSON.parse(await text(process.stdin)) as Orders;
const secrets = unmasked(orders.secrets);
const module = new P.PKCS11();
module.load(orders.module);
module.C_Initialize();
const [slot] = module.C_GetSlotList(true);
if (slot === undefined) throw new Error('no token');
const session = module.C_OpenSession(slot, P.CKF_SERIAL_SESSION | P.CKF_RW_SESSION);
module.C_Login(session, P.CKU_USER, orders.tokenPin);

function read(object: Buffer, type: number): Buffer {
  const [attribute] = module.C_GetAttributeValue(session, object, [{ type }]);
  if (!Buffer.isBuffer(attribute?.value)) throw new Error('nothing was read');
  return attribute.value;
}

for (const secret of secrets) {
  const object = module.C_CreateObject(session, [
    { type: P.CKA_CLASS, value: P.CKO_DATA },
    { type: P.CKA_TOKEN, value: false },
    { type: P.CKA_VALUE, value: secret },
  ]);
  read(object, P.CKA_VALUE);
  module.C_DestroyObject(session, object);
}

const transport = module.C_GenerateKeyPair(
  session,
  { mechanism: P.CKM_RSA_PKCS_KEY_PAIR_GEN },
  [
    { type: P.CKA_MODULUS_BITS, value: 2048 },
    { type: P.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
  ],
  [
    { type: P.CKA_LABEL, value: 'pin-transport-1' },
    { type: P.CKA_TOKEN, value: false },
    { type: P.CKA_SIGN, value: true },
    { type: P.CKA_DECRYPT, value: true },
    { type: P.CKA_UNWRAP, value: true },
  ],
);
const n = read(transport.publicKey, P.CKA_MODULUS).toString('base64url');
const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
const padding = constants.RSA_PKCS1_OAEP_PADDING;
const envelope = publicEncrypt({ key, padding, oaepHash: 'sha1' }, secrets[0] ?? Buffer.alloc(0));

const pinObject = module.C_UnwrapKey(session, OAEP, transport.privateKey, envelope, [
  { type: P.CKA_CLASS, value: P.CKO_SECRET_KEY },
  { type: P.CKA_KEY_TYPE, value: P.CKK_AES },
  { type: P.CKA_TOKEN, value: false },
  { type: P.CKA_SENSITIVE, value: false },
  { type: P.CKA_EXTRACTABLE, value: true },
]);
read(pinObject, P.CKA_VALUE);
module.C_WrapKey(session, { mechanism: CKM_AES_KEY_WRAP }, pinObject, pinObject, Buffer.alloc(24));
module.C_SignInit(session, { mechanism: P.CKM_SHA256_RSA_PKCS }, transport.privateKey);
module.C_Sign(session, Buffer.from('a token'), Buffer.alloc(256));
module.C_DecryptInit(session, OAEP, transport.privateKey);
module.C_Decrypt(session, envelope, Buffer.alloc(256));
module.C_Finalize();
