import koffi from 'koffi';
import type { NamedMechanism } from '#libs/hsm/pkcs11';

const CKM_AES_ECB_ENCRYPT_DATA = 0x1104;
const CKM_AES_CCM = 0x1088;
/** Referenced for as long as the process lives: the parameters point to it. */
const DATA = Buffer.from(new ArrayBuffer(16));

/** CK_KEY_DERIVATION_STRING_DATA: pData, ulLen. The PKCS#11 binding does not build it. */
export function stringDataDerivation(): NamedMechanism {
  const parameter = ulongs(koffi.address(DATA), DATA.length);
  return { name: 'AES-ECB-ENCRYPT-DATA', mechanism: { mechanism: CKM_AES_ECB_ENCRYPT_DATA, parameter } };
}

/** CK_CCM_PARAMS for one block: ulDataLen, pNonce, ulNonceLen, pAAD, ulAADLen, ulMACLen. The binding's own ends the process. */
export function ccm(): NamedMechanism {
  const parameter = ulongs(16, koffi.address(DATA), 12, koffi.address(DATA), 1, 16);
  return { name: 'AES-CCM', mechanism: { mechanism: CKM_AES_CCM, parameter } };
}

/** CK_ULONGs and pointers, eight bytes each on all that is supported. */
function ulongs(...values: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), 8 * index));
  return bytes;
}
