// A PKCS#11 module that requires what AWS documents for CloudHSM's Client SDK 5, in front of a real one that does not:
// only read-write sessions; a login "user:password", and none for an officer; TRUSTED set elsewhere; AES key wrap
// without padding under the vendor's number; AES-GCM under an IV that the HSM makes and writes into the caller's zeros.
//
// One thing differs: AWS's table of attributes has neither CKA_COPYABLE nor CKA_ALLOWED_MECHANISMS, and CKA_MODIFIABLE
// only as true. Then no key of ours could be made (docs/hsm/cloudhsm.md).
//
// PINWARD_CLOUDHSM_MODULE: the real module.
#include "shaped-module.h"

#define CLOUDHSM_KEY_WRAP 0x80002109UL
#define IV_BYTES 12

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session) {
  if ((flags & CKF_RW_SESSION) == 0) return CKR_FUNCTION_FAILED;
  return real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE type, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_UTF8CHAR_PTR colon = memchr(pin, ':', length);
  if (type != CKU_USER) return CKR_USER_TYPE_INVALID;
  if (colon == NULL) return CKR_PIN_INCORRECT;
  return real->C_Login(session, type, colon + 1, length - (colon + 1 - pin));
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                      CK_OBJECT_HANDLE_PTR key) {
  return generate_renumbered(session, mechanism, attributes, count, key, CLOUDHSM_KEY_WRAP);
}

static CK_RV get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes, CK_ULONG count) {
  CK_RV rv = real->C_GetAttributeValue(session, object, attributes, count);
  renumber(in(attributes, count, ALLOWED_MECHANISMS), KEY_WRAP, CLOUDHSM_KEY_WRAP);
  return rv;
}

// The standard's number is a different mechanism here, with padding; the real module's would be the one without.
static CK_RV standard(CK_MECHANISM_PTR from, CK_MECHANISM_PTR to) {
  *to = *from;
  if (from->mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  if (from->mechanism != CLOUDHSM_KEY_WRAP) return CKR_OK;
  to->mechanism = KEY_WRAP;
  return from->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

static CK_RV wrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
                  CK_BYTE_PTR wrapped, CK_ULONG_PTR length) {
  CK_MECHANISM own;
  CK_RV rv = standard(mechanism, &own);
  return rv == CKR_OK ? real->C_WrapKey(session, &own, wrapping, key, wrapped, length) : rv;
}

static CK_RV unwrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped,
                    CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR object) {
  CK_MECHANISM own;
  CK_RV rv = standard(mechanism, &own);
  return rv == CKR_OK ? real->C_UnwrapKey(session, &own, key, wrapped, length, attributes, count, object) : rv;
}

static CK_RV encrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  static const CK_BYTE zeros[IV_BYTES] = {0};
  if (mechanism->mechanism != CKM_AES_GCM) return real->C_EncryptInit(session, mechanism, key);
  CK_GCM_PARAMS *asked = gcm_parameter(mechanism);
  if (asked != NULL && has_fault("silent")) return begin_gcm(session, *asked, key, IV_BYTES);
  if (asked == NULL || asked->pIv == NULL || asked->ulIvLen != IV_BYTES || memcmp(asked->pIv, zeros, IV_BYTES) != 0)
    return CKR_MECHANISM_PARAM_INVALID;
  return begin_gcm(session, *asked, key, IV_BYTES);
}

// The IV comes from the HSM with the ciphertext: it writes to the caller's memory long after C_EncryptInit has
// returned.
static CK_RV encrypt(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG count, CK_BYTE_PTR output, CK_ULONG_PTR length) {
  CK_RV rv = real->C_Encrypt(session, data, count, output, length);
  if (!is_gcm(session) || rv == CKR_BUFFER_TOO_SMALL || output == NULL) return rv;
  gcm.begun = 0;
  if (rv == CKR_OK && !has_fault("silent")) memcpy(gcm.wanted, gcm.iv, IV_BYTES);
  return rv;
}

static CK_RV list(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR mechanisms, CK_ULONG_PTR count) {
  return list_renumbered(slot, mechanisms, count, CLOUDHSM_KEY_WRAP);
}

static CK_RV info(CK_SLOT_ID slot, CK_MECHANISM_TYPE mechanism, CK_MECHANISM_INFO_PTR told) {
  if (mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  return real->C_GetMechanismInfo(slot, mechanism == CLOUDHSM_KEY_WRAP ? KEY_WRAP : mechanism, told);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR functions_out) {
  if (!load_real("PINWARD_CLOUDHSM_MODULE")) return CKR_GENERAL_ERROR;
  functions.C_OpenSession = open_session;
  functions.C_Login = login;
  functions.C_GenerateKey = generate;
  functions.C_GetAttributeValue = get;
  functions.C_EncryptInit = encrypt_init;
  functions.C_Encrypt = encrypt;
  functions.C_WrapKey = wrap;
  functions.C_UnwrapKey = unwrap;
  functions.C_GetMechanismList = list;
  functions.C_GetMechanismInfo = info;
  *functions_out = &functions;
  return CKR_OK;
}
