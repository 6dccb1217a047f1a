// A PKCS#11 module that requires what Thales documents for a Luna in FIPS mode, in front of a real one that does not: a
// crypto user beside the crypto officer who may make keys; TRUSTED set by the security officer on an existing key; AES
// key wrap under the vendor's number with any IV; CKA_VALUE_LEN at C_UnwrapKey; no key in the clear through
// C_CreateObject; AES-GCM only under an IV of 16 bytes that the module makes and appends.
//
// PINWARD_LUNA_MODULE: the real module. PINWARD_LUNA_OFFICER_LOGIN: the login of its user, here the crypto officer.
// PINWARD_LUNA_USER_LOGIN: the login of the crypto user, whom the real module does not know.
#include "shaped-module.h"

#define CRYPTO_USER 0x80000001UL
#define LUNA_KEY_WRAP 0x80000170UL
#define COPYABLE 0x171UL
#define UNWRAP_TEMPLATE 0x40000212UL
#define IV_BYTES 16

static int limited = 0;
// The last key that the officer marked, by its old handle: marking makes a new key in the real module.
static CK_OBJECT_HANDLE marked = CK_INVALID_HANDLE;

// The real module refuses it at an unwrap.
static CK_ULONG without_length(CK_ATTRIBUTE_PTR from, CK_ULONG count, CK_ATTRIBUTE_PTR to) {
  CK_ULONG kept = 0;
  for (CK_ULONG i = 0; i < count && kept < MOST; i++)
    if (from[i].type != CKA_VALUE_LEN) to[kept++] = from[i];
  return kept;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE type, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  const char *secret = getenv("PINWARD_LUNA_USER_LOGIN");
  const char *officer = getenv("PINWARD_LUNA_OFFICER_LOGIN");
  limited = type == CRYPTO_USER;
  if (!limited) return real->C_Login(session, type, pin, length);
  if (length != strlen(secret) || memcmp(pin, secret, length) != 0) return CKR_PIN_INCORRECT;
  return real->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)officer, strlen(officer));
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                      CK_OBJECT_HANDLE_PTR key) {
  if (limited && says(in(attributes, count, CKA_TOKEN), CK_TRUE)) return CKR_FUNCTION_REJECTED;
  return generate_renumbered(session, mechanism, attributes, count, key, LUNA_KEY_WRAP);
}

static CK_RV generate_pair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public_key,
                           CK_ULONG public_count, CK_ATTRIBUTE_PTR private_key, CK_ULONG private_count,
                           CK_OBJECT_HANDLE_PTR public_handle, CK_OBJECT_HANDLE_PTR private_handle) {
  CK_ATTRIBUTE changed[MOST], inner[MOST];
  if (limited && says(in(private_key, private_count, CKA_TOKEN), CK_TRUE)) return CKR_FUNCTION_REJECTED;
  if (private_count > MOST) return CKR_ARGUMENTS_BAD;
  memcpy(changed, private_key, private_count * sizeof *changed);
  CK_ATTRIBUTE_PTR pin_object = in(changed, private_count, UNWRAP_TEMPLATE);
  if (pin_object != NULL) {
    CK_ULONG count = pin_object->ulValueLen / sizeof(CK_ATTRIBUTE);
    pin_object->ulValueLen = without_length(pin_object->pValue, count, inner) * sizeof(CK_ATTRIBUTE);
    pin_object->pValue = inner;
  }
  return real->C_GenerateKeyPair(session, mechanism, public_key, public_count, changed, private_count, public_handle,
                                 private_handle);
}

// The real module lets its officer make a TRUSTED key, but not mark one: the key is made anew with its attributes.
static CK_RV mark(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  static const CK_ATTRIBUTE_TYPE flags[] = {CKA_TOKEN,   CKA_PRIVATE, CKA_SENSITIVE, CKA_EXTRACTABLE,
                                            CKA_WRAP,    CKA_UNWRAP,  CKA_ENCRYPT,   CKA_DECRYPT,
                                            CKA_SIGN,    CKA_VERIFY,  CKA_DERIVE,    COPYABLE,
                                            DESTROYABLE, CKA_LABEL,   ALLOWED_MECHANISMS};
  const CK_ULONG kept = sizeof flags / sizeof *flags;
  unsigned char values[sizeof flags / sizeof *flags][128];
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ULONG length = 32;
  CK_ATTRIBUTE attributes[MOST];
  for (CK_ULONG i = 0; i < kept; i++) attributes[i] = (CK_ATTRIBUTE){flags[i], values[i], sizeof values[i]};
  CK_RV rv = real->C_GetAttributeValue(session, key, attributes, kept);
  if (rv != CKR_OK) return rv;
  // A test's key may be destroyed again; the service's own may not.
  CK_ATTRIBUTE_PTR label = in(attributes, kept, CKA_LABEL);
  int ours = label->ulValueLen > 13 && memcmp(label->pValue, "pin-wrapping-", 13) == 0;
  in(attributes, kept, DESTROYABLE)->pValue = ours ? &no : &yes;
  attributes[kept] = (CK_ATTRIBUTE){CKA_VALUE_LEN, &length, sizeof length};
  attributes[kept + 1] = (CK_ATTRIBUTE){CKA_TRUSTED, &yes, 1};
  attributes[kept + 2] = (CK_ATTRIBUTE){CKA_MODIFIABLE, &no, 1};
  CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, NULL, 0};
  CK_OBJECT_HANDLE made;
  rv = real->C_GenerateKey(session, &mechanism, attributes, kept + 3, &made);
  if (rv != CKR_OK) return rv;
  marked = key;
  return real->C_DestroyObject(session, key);
}

static CK_RV set(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_ATTRIBUTE_PTR attributes, CK_ULONG count) {
  CK_SESSION_INFO info;
  CK_RV rv = real->C_GetSessionInfo(session, &info);
  if (rv != CKR_OK) return rv;
  if (count == 1 && says(in(attributes, count, CKA_TRUSTED), CK_TRUE))
    return info.state == CKS_RW_SO_FUNCTIONS ? mark(session, key) : CKR_ATTRIBUTE_READ_ONLY;
  if (key == marked && count == 1 && says(in(attributes, count, CKA_MODIFIABLE), CK_FALSE)) return CKR_OK;
  return real->C_SetAttributeValue(session, key, attributes, count);
}

static CK_RV get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes, CK_ULONG count) {
  if (object == marked && count == 1 && attributes->type == CKA_MODIFIABLE) {
    if (attributes->pValue != NULL) *(CK_BBOOL *)attributes->pValue = CK_TRUE;
    attributes->ulValueLen = 1;
    return CKR_OK;
  }
  CK_RV rv = real->C_GetAttributeValue(session, object, attributes, count);
  renumber(in(attributes, count, ALLOWED_MECHANISMS), KEY_WRAP, LUNA_KEY_WRAP);
  return rv;
}

// RFC 3394 with the caller's initial value; the standard's value is one of them.
static void with_iv(CK_MECHANISM_PTR mechanism, CK_BYTE_PTR wrapped) {
  const CK_BYTE *iv = mechanism->pParameter;
  for (int i = 0; i < 8; i++) wrapped[i] ^= iv[i] ^ 0xa6;
}

static int has_iv(CK_MECHANISM_PTR mechanism) { return mechanism->pParameter != NULL && mechanism->ulParameterLen == 8; }

static CK_RV wrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
                  CK_BYTE_PTR wrapped, CK_ULONG_PTR length) {
  CK_MECHANISM standard = {KEY_WRAP, NULL, 0};
  if (mechanism->mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  if (mechanism->mechanism != LUNA_KEY_WRAP) return real->C_WrapKey(session, mechanism, wrapping, key, wrapped, length);
  if (!has_iv(mechanism)) return CKR_MECHANISM_PARAM_INVALID;
  CK_RV rv = real->C_WrapKey(session, &standard, wrapping, key, wrapped, length);
  if (rv == CKR_OK && wrapped != NULL) with_iv(mechanism, wrapped);
  return rv;
}

static CK_RV unwrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped,
                    CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR object) {
  CK_ATTRIBUTE changed[MOST];
  CK_BYTE bytes[1024];
  CK_MECHANISM standard = {KEY_WRAP, NULL, 0};
  if (in(attributes, count, CKA_VALUE_LEN) == NULL) return CKR_TEMPLATE_INCOMPLETE;
  CK_ULONG kept = without_length(attributes, count, changed);
  if (mechanism->mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  if (mechanism->mechanism != LUNA_KEY_WRAP)
    return real->C_UnwrapKey(session, mechanism, key, wrapped, length, changed, kept, object);
  if (!has_iv(mechanism)) return CKR_MECHANISM_PARAM_INVALID;
  if (length < 8 || length > sizeof bytes) return CKR_WRAPPED_KEY_LEN_RANGE;
  memcpy(bytes, wrapped, length);
  with_iv(mechanism, bytes);
  return real->C_UnwrapKey(session, &standard, key, bytes, length, changed, kept, object);
}

static CK_RV create(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR object) {
  CK_ATTRIBUTE_PTR class = in(attributes, count, CKA_CLASS);
  CK_OBJECT_CLASS told = class == NULL ? CKO_SECRET_KEY : *(CK_OBJECT_CLASS *)class->pValue;
  if (told == CKO_SECRET_KEY || told == CKO_PRIVATE_KEY) return CKR_FUNCTION_REJECTED;
  return real->C_CreateObject(session, attributes, count, object);
}

static CK_RV encrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  if (mechanism->mechanism != CKM_AES_GCM) return real->C_EncryptInit(session, mechanism, key);
  CK_GCM_PARAMS *asked = gcm_parameter(mechanism);
  if (asked == NULL || asked->pIv != NULL || asked->ulIvLen != 0 || asked->ulIvBits != 0)
    return CKR_MECHANISM_PARAM_INVALID;
  return begin_gcm(session, *asked, key, IV_BYTES);
}

static CK_RV encrypt(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG count, CK_BYTE_PTR output, CK_ULONG_PTR length) {
  CK_ULONG whole = count + GCM_TAG_BYTES + IV_BYTES;
  if (!is_gcm(session)) return real->C_Encrypt(session, data, count, output, length);
  if (output == NULL || *length < whole) {
    *length = whole;
    return output == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
  }
  CK_RV rv = real->C_Encrypt(session, data, count, output, length);
  gcm.begun = 0;
  if (rv != CKR_OK) return rv;
  memcpy(output + *length, gcm.iv, IV_BYTES);
  *length += IV_BYTES;
  return CKR_OK;
}

// It reads ulIvBits, which other modules do not.
static CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  if (mechanism->mechanism == CKM_AES_GCM) {
    CK_GCM_PARAMS *asked = gcm_parameter(mechanism);
    if (asked == NULL || asked->ulIvLen == 0 || asked->ulIvBits != asked->ulIvLen * 8) return CKR_MECHANISM_PARAM_INVALID;
  }
  return real->C_DecryptInit(session, mechanism, key);
}

static CK_RV list(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR mechanisms, CK_ULONG_PTR count) {
  return list_renumbered(slot, mechanisms, count, LUNA_KEY_WRAP);
}

static CK_RV info(CK_SLOT_ID slot, CK_MECHANISM_TYPE mechanism, CK_MECHANISM_INFO_PTR told) {
  if (mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  return real->C_GetMechanismInfo(slot, mechanism == LUNA_KEY_WRAP ? KEY_WRAP : mechanism, told);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR functions_out) {
  if (!load_real("PINWARD_LUNA_MODULE")) return CKR_GENERAL_ERROR;
  functions.C_Login = login;
  functions.C_GenerateKey = generate;
  functions.C_GenerateKeyPair = generate_pair;
  functions.C_CreateObject = create;
  functions.C_SetAttributeValue = set;
  functions.C_GetAttributeValue = get;
  functions.C_EncryptInit = encrypt_init;
  functions.C_Encrypt = encrypt;
  functions.C_DecryptInit = decrypt_init;
  functions.C_WrapKey = wrap;
  functions.C_UnwrapKey = unwrap;
  functions.C_GetMechanismList = list;
  functions.C_GetMechanismInfo = info;
  *functions_out = &functions;
  return CKR_OK;
}
