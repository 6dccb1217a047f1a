// A PKCS#11 module that wants what Thales documents of Luna, in front of a real one that does not: a crypto user beside
// the crypto officer who may make keys; TRUSTED set by the security officer on a key that exists; AES key wrap under the
// vendor's number with its IV spelled out; CKA_VALUE_LEN at C_UnwrapKey.
//
// PINWARD_LUNA_MODULE: the real module. PINWARD_LUNA_OFFICER_LOGIN: what its user logs in with, here the crypto officer.
// PINWARD_LUNA_USER_LOGIN: of the crypto user, whom the real module does not know.
#include <dlfcn.h>
#include <pkcs11/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64
#define CRYPTO_USER 0x80000001UL
#define LUNA_KEY_WRAP 0x80000170UL
#define KEY_WRAP 0x2109UL
#define ALLOWED_MECHANISMS 0x40000600UL
#define COPYABLE 0x171UL
#define DESTROYABLE 0x172UL
#define UNWRAP_TEMPLATE 0x40000212UL

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR real = NULL;
static int limited = 0;
// The officer's last marked key: under a handle of before, since marking makes a new one in the real module.
static CK_OBJECT_HANDLE marked = CK_INVALID_HANDLE;

static CK_ATTRIBUTE_PTR in(CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_ATTRIBUTE_TYPE type) {
  for (CK_ULONG i = 0; i < count; i++)
    if (attributes[i].type == type) return &attributes[i];
  return NULL;
}

static int says(CK_ATTRIBUTE_PTR attribute, CK_BBOOL value) {
  return attribute != NULL && attribute->ulValueLen == 1 && *(CK_BBOOL *)attribute->pValue == value;
}

static void renumber(CK_ATTRIBUTE_PTR allowed, CK_ULONG from, CK_ULONG to) {
  if (allowed == NULL || allowed->pValue == NULL || allowed->ulValueLen == (CK_ULONG)-1) return;
  CK_ULONG *numbers = allowed->pValue;
  for (CK_ULONG i = 0; i < allowed->ulValueLen / sizeof(CK_ULONG); i++)
    if (numbers[i] == from) numbers[i] = to;
}

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
  CK_BBOOL yes = CK_TRUE;
  CK_ULONG allowed[MOST];
  CK_ATTRIBUTE changed[MOST];
  if (limited && says(in(attributes, count, CKA_TOKEN), CK_TRUE)) return CKR_FUNCTION_REJECTED;
  if (count > MOST) return CKR_ARGUMENTS_BAD;
  memcpy(changed, attributes, count * sizeof *changed);
  CK_ATTRIBUTE_PTR list = in(changed, count, ALLOWED_MECHANISMS);
  if (list != NULL && list->ulValueLen <= sizeof allowed) {
    memcpy(allowed, list->pValue, list->ulValueLen);
    list->pValue = allowed;
    renumber(list, LUNA_KEY_WRAP, KEY_WRAP);
  }
  // Marking replaces it in the real module.
  CK_ATTRIBUTE_PTR destroyable = in(changed, count, DESTROYABLE);
  if (destroyable != NULL && says(in(changed, count, CKA_TRUSTED), CK_FALSE)) destroyable->pValue = &yes;
  return real->C_GenerateKey(session, mechanism, changed, count, key);
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

// The real module lets its officer make a TRUSTED key, and mark none: the key is made anew with its attributes.
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

static CK_RV wrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
                  CK_BYTE_PTR wrapped, CK_ULONG_PTR length) {
  static const CK_BYTE iv[8] = {0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6};
  if (mechanism->mechanism == KEY_WRAP) return CKR_MECHANISM_INVALID;
  if (mechanism->mechanism != LUNA_KEY_WRAP) return real->C_WrapKey(session, mechanism, wrapping, key, wrapped, length);
  if (mechanism->ulParameterLen != sizeof iv || memcmp(mechanism->pParameter, iv, sizeof iv) != 0)
    return CKR_MECHANISM_PARAM_INVALID;
  CK_MECHANISM standard = {KEY_WRAP, NULL, 0};
  return real->C_WrapKey(session, &standard, wrapping, key, wrapped, length);
}

static CK_RV unwrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped,
                    CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR object) {
  CK_ATTRIBUTE changed[MOST];
  if (in(attributes, count, CKA_VALUE_LEN) == NULL) return CKR_TEMPLATE_INCOMPLETE;
  CK_ULONG kept = without_length(attributes, count, changed);
  return real->C_UnwrapKey(session, mechanism, key, wrapped, length, changed, kept, object);
}

static CK_RV list(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR mechanisms, CK_ULONG_PTR count) {
  CK_RV rv = real->C_GetMechanismList(slot, mechanisms, count);
  for (CK_ULONG i = 0; rv == CKR_OK && mechanisms != NULL && i < *count; i++)
    if (mechanisms[i] == KEY_WRAP) mechanisms[i] = LUNA_KEY_WRAP;
  return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR functions_out) {
  const char *path = getenv("PINWARD_LUNA_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get_list = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get_list == NULL || get_list(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  functions = *real;
  functions.C_Login = login;
  functions.C_GenerateKey = generate;
  functions.C_GenerateKeyPair = generate_pair;
  functions.C_SetAttributeValue = set;
  functions.C_GetAttributeValue = get;
  functions.C_WrapKey = wrap;
  functions.C_UnwrapKey = unwrap;
  functions.C_GetMechanismList = list;
  *functions_out = &functions;
  return CKR_OK;
}
