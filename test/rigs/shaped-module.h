// The common parts of modules shaped like a vendor's: the real module behind them, attributes, and AES-GCM under an IV
// that the module makes (FIPS 140-3 IG C.H).
#include <dlfcn.h>
#include <pkcs11/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64
#define KEY_WRAP 0x2109UL
#define ALLOWED_MECHANISMS 0x40000600UL
#define DESTROYABLE 0x172UL
#define GCM_TAG_BYTES 16
#define LONGEST_IV_BYTES 16

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR real = NULL;

// An encryption that was begun with AES-GCM. Worker threads have sessions of their own.
static _Thread_local struct {
  int begun;
  CK_SESSION_HANDLE session;
  CK_BYTE iv[LONGEST_IV_BYTES];
  // Where the caller wants to find it; may be null.
  CK_BYTE_PTR wanted;
} gcm;

static inline int load_real(const char *variable) {
  const char *path = getenv(variable);
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return 0;
  functions = *real;
  return 1;
}

// PINWARD_SHAPED_FAULT: same-iv always makes the same IV; silent uses another IV than the caller's without saying so.
static inline int has_fault(const char *name) {
  const char *fault = getenv("PINWARD_SHAPED_FAULT");
  return fault != NULL && strcmp(fault, name) == 0;
}

static inline CK_ATTRIBUTE_PTR in(CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_ATTRIBUTE_TYPE type) {
  for (CK_ULONG i = 0; i < count; i++)
    if (attributes[i].type == type) return &attributes[i];
  return NULL;
}

static inline int says(CK_ATTRIBUTE_PTR attribute, CK_BBOOL value) {
  return attribute != NULL && attribute->ulValueLen == 1 && *(CK_BBOOL *)attribute->pValue == value;
}

static inline void renumber(CK_ATTRIBUTE_PTR allowed, CK_ULONG from, CK_ULONG to) {
  if (allowed == NULL || allowed->pValue == NULL || allowed->ulValueLen == (CK_ULONG)-1) return;
  CK_ULONG *numbers = allowed->pValue;
  for (CK_ULONG i = 0; i < allowed->ulValueLen / sizeof(CK_ULONG); i++)
    if (numbers[i] == from) numbers[i] = to;
}

// A key that another role marks TRUSTED later. Marking replaces it in the real module, so it is destroyable there until
// then.
static inline CK_RV generate_renumbered(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR attributes,
                                        CK_ULONG count, CK_OBJECT_HANDLE_PTR key, CK_ULONG key_wrap) {
  CK_BBOOL yes = CK_TRUE;
  CK_ULONG allowed[MOST];
  CK_ATTRIBUTE changed[MOST];
  if (count > MOST) return CKR_ARGUMENTS_BAD;
  memcpy(changed, attributes, count * sizeof *changed);
  CK_ATTRIBUTE_PTR list = in(changed, count, ALLOWED_MECHANISMS);
  if (list != NULL && list->ulValueLen <= sizeof allowed) {
    memcpy(allowed, list->pValue, list->ulValueLen);
    list->pValue = allowed;
    renumber(list, key_wrap, KEY_WRAP);
  }
  CK_ATTRIBUTE_PTR destroyable = in(changed, count, DESTROYABLE);
  if (destroyable != NULL && says(in(changed, count, CKA_TRUSTED), CK_FALSE)) destroyable->pValue = &yes;
  return real->C_GenerateKey(session, mechanism, changed, count, key);
}

static inline CK_RV list_renumbered(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR mechanisms, CK_ULONG_PTR count, CK_ULONG key_wrap) {
  CK_RV rv = real->C_GetMechanismList(slot, mechanisms, count);
  for (CK_ULONG i = 0; rv == CKR_OK && mechanisms != NULL && i < *count; i++)
    if (mechanisms[i] == KEY_WRAP) mechanisms[i] = key_wrap;
  return rv;
}

static inline CK_GCM_PARAMS *gcm_parameter(CK_MECHANISM_PTR mechanism) {
  return mechanism->ulParameterLen == sizeof(CK_GCM_PARAMS) ? mechanism->pParameter : NULL;
}

// With the module's own IV, whatever IV the caller's parameter has.
static inline CK_RV begin_gcm(CK_SESSION_HANDLE session, CK_GCM_PARAMS asked, CK_OBJECT_HANDLE key, CK_ULONG iv_bytes) {
  CK_MECHANISM mechanism = {CKM_AES_GCM, &asked, sizeof asked};
  gcm.begun = 0;
  gcm.session = session;
  gcm.wanted = asked.pIv;
  CK_RV rv = real->C_GenerateRandom(session, gcm.iv, iv_bytes);
  if (rv != CKR_OK) return rv;
  if (has_fault("same-iv")) memset(gcm.iv, 7, iv_bytes);
  asked.pIv = gcm.iv;
  asked.ulIvLen = iv_bytes;
  asked.ulIvBits = iv_bytes * 8;
  rv = real->C_EncryptInit(session, &mechanism, key);
  gcm.begun = rv == CKR_OK;
  return rv;
}

static inline int is_gcm(CK_SESSION_HANDLE session) { return gcm.begun && gcm.session == session; }
