// A PKCS#11 module that accepts the enforcing attributes and ignores them. It stands in front of a real one, leaves
// CKA_UNWRAP_TEMPLATE out when a key is made, and unwraps every key as not sensitive and wrappable by any caller.
// PINWARD_CARELESS_FIPS: it creates no secret keys from plaintext. PINWARD_CARELESS_LUNA: it wraps only with the number
// 0x80000170 and the IV A6 x 8.
#include <dlfcn.h>
#include <pkcs11/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64
#define UNWRAP_TEMPLATE 0x40000212UL
#define LUNA_AES_KW 0x80000170UL

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR real = NULL;

static CK_ULONG without(CK_ATTRIBUTE_TYPE type, CK_ATTRIBUTE_PTR from, CK_ULONG count, CK_ATTRIBUTE_PTR to) {
  CK_ULONG kept = 0;
  for (CK_ULONG i = 0; i < count && kept < MOST; i++)
    if (from[i].type != type) to[kept++] = from[i];
  return kept;
}

static CK_RV generate_pair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public_key,
                           CK_ULONG public_count, CK_ATTRIBUTE_PTR private_key, CK_ULONG private_count,
                           CK_OBJECT_HANDLE_PTR public_handle, CK_OBJECT_HANDLE_PTR private_handle) {
  CK_ATTRIBUTE kept[MOST];
  CK_ULONG count = without(UNWRAP_TEMPLATE, private_key, private_count, kept);
  return real->C_GenerateKeyPair(session, mechanism, public_key, public_count, kept, count, public_handle,
                                 private_handle);
}

static CK_RV unwrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped,
                    CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR object) {
  CK_ATTRIBUTE changed[MOST];
  CK_BBOOL no = CK_FALSE;
  CK_ULONG kept = without(CKA_WRAP_WITH_TRUSTED, attributes, count, changed);
  for (CK_ULONG i = 0; i < kept; i++)
    if (changed[i].type == CKA_SENSITIVE) changed[i].pValue = &no;
  return real->C_UnwrapKey(session, mechanism, key, wrapped, length, changed, kept, object);
}

static CK_RV create(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                    CK_OBJECT_HANDLE_PTR object) {
  for (CK_ULONG i = 0; i < count; i++)
    if (attributes[i].type == CKA_CLASS && *(CK_OBJECT_CLASS *)attributes[i].pValue == CKO_SECRET_KEY)
      return CKR_ATTRIBUTE_VALUE_INVALID;
  return real->C_CreateObject(session, attributes, count, object);
}

static CK_RV wrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping,
                  CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped, CK_ULONG_PTR length) {
  CK_MECHANISM standard = {CKM_AES_KEY_WRAP, NULL, 0};
  if (mechanism->mechanism != LUNA_AES_KW) return CKR_MECHANISM_INVALID;
  if (mechanism->ulParameterLen != 8 || memcmp(mechanism->pParameter, "\xa6\xa6\xa6\xa6\xa6\xa6\xa6\xa6", 8) != 0)
    return CKR_MECHANISM_PARAM_INVALID;
  return real->C_WrapKey(session, &standard, wrapping, key, wrapped, length);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *path = getenv("PINWARD_CARELESS_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  functions = *real;
  functions.C_GenerateKeyPair = generate_pair;
  functions.C_UnwrapKey = unwrap;
  if (getenv("PINWARD_CARELESS_FIPS") != NULL) functions.C_CreateObject = create;
  if (getenv("PINWARD_CARELESS_LUNA") != NULL) functions.C_WrapKey = wrap;
  *list = &functions;
  return CKR_OK;
}
