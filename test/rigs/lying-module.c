// A PKCS#11 module that does one thing which it should refuse, in front of a real one that refuses it.
// PINWARD_LYING_MODULE is the real one, PINWARD_LIE the thing:
//
// C_Decrypt:0x9 and similar (C_Sign, C_SignRecover, C_Encrypt, C_DeriveKey, C_WrapKey, C_UnwrapKey): this function
// succeeds with this mechanism although the real module refuses it. The result need not be true.
// trusted:C_CreateObject and similar (C_GenerateKey, C_UnwrapKey, C_CopyObject, C_SetAttributeValue): the user can make
// keys TRUSTED in this way, and they wrap everything.
// one-r0: every PIN gives the R0 of the first. new-r0: each PIN except the first gives another one every time.
// undead: a destroyed object stays. deaf: every function of the list above is refused with any key, except C_UnwrapKey
// of envelopes, and the wrap under a TRUSTED key.
#include <dlfcn.h>
#include <pkcs11/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64
#define R0_BYTES 24

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR real = NULL;
static int pretending = 0;
static CK_OBJECT_HANDLE own[16 * MOST];
static int owned = 0;
static unsigned char first[R0_BYTES];
static int has_first = 0;

// Read each time: a test's process changes it.
static const char *lie(void) {
  const char *told = getenv("PINWARD_LIE");
  return told == NULL ? "" : told;
}

static int lies(const char *function, CK_MECHANISM_PTR mechanism) {
  char name[64];
  snprintf(name, sizeof name, "%s:0x%lx", function, mechanism->mechanism);
  return strcmp(lie(), name) == 0;
}

static int deaf(void) { return strcmp(lie(), "deaf") == 0; }

static int makes_trusted(const char *function) {
  return strncmp(lie(), "trusted:", 8) == 0 && strcmp(lie() + 8, function) == 0;
}

static int is_own(CK_OBJECT_HANDLE key) {
  for (int i = 0; i < owned; i++)
    if (own[i] == key) return 1;
  return 0;
}

// Removes TRUSTED, which the real module would refuse. Returns how many attributes are left.
static CK_ULONG without_trust(CK_ATTRIBUTE_PTR from, CK_ULONG count, CK_ATTRIBUTE_PTR to) {
  CK_ULONG kept = 0;
  for (CK_ULONG i = 0; i < count && kept < MOST; i++)
    if (from[i].type != CKA_TRUSTED) to[kept++] = from[i];
  return kept;
}

static CK_RV remember(CK_RV rv, CK_OBJECT_HANDLE_PTR key) {
  if (rv == CKR_OK && owned < 16 * MOST) own[owned++] = *key;
  return rv;
}

static CK_RV answer(CK_BYTE_PTR output, CK_ULONG_PTR length) {
  CK_ULONG made = *length < R0_BYTES ? *length : R0_BYTES;
  pretending = 0;
  if (output != NULL) memset(output, 0x5a, made);
  *length = made;
  return CKR_OK;
}

#define TWO_STEPS(init, step, real_init, real_step, name)                                                        \
  static CK_RV init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {                 \
    if (deaf()) return CKR_FUNCTION_NOT_SUPPORTED;                                                                 \
    CK_RV rv = real->real_init(session, mechanism, key);                                                           \
    if (rv == CKR_OK || !lies(name, mechanism)) return rv;                                                         \
    pretending = 1;                                                                                                \
    return CKR_OK;                                                                                                 \
  }                                                                                                                \
  static CK_RV step(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG n, CK_BYTE_PTR out, CK_ULONG_PTR length) { \
    return pretending ? answer(out, length) : real->real_step(session, in, n, out, length);                        \
  }
TWO_STEPS(encrypt_init, encrypt, C_EncryptInit, C_Encrypt, "C_Encrypt")
TWO_STEPS(decrypt_init, decrypt, C_DecryptInit, C_Decrypt, "C_Decrypt")
TWO_STEPS(sign_init, sign, C_SignInit, C_Sign, "C_Sign")
TWO_STEPS(recover_init, recover, C_SignRecoverInit, C_SignRecover, "C_SignRecover")

// Any key, for a function that should have given none.
static CK_RV some_key(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE_PTR key) {
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  CK_BBOOL no = CK_FALSE;
  CK_BYTE value[16] = {0};
  CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &class, sizeof class},
                               {CKA_KEY_TYPE, &type, sizeof type},
                               {CKA_TOKEN, &no, sizeof no},
                               {CKA_VALUE, value, sizeof value}};
  return real->C_CreateObject(session, attributes, 4, key);
}

static CK_RV derive(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE base,
                    CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR key) {
  if (deaf()) return CKR_FUNCTION_NOT_SUPPORTED;
  CK_RV rv = real->C_DeriveKey(session, mechanism, base, attributes, count, key);
  return rv != CKR_OK && lies("C_DeriveKey", mechanism) ? some_key(session, key) : rv;
}

static CK_RV unwrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE unwrapping,
                    CK_BYTE_PTR wrapped, CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                    CK_OBJECT_HANDLE_PTR key) {
  CK_ATTRIBUTE kept[MOST];
  if (deaf() && mechanism->mechanism != CKM_RSA_PKCS_OAEP) return CKR_FUNCTION_NOT_SUPPORTED;
  if (makes_trusted("C_UnwrapKey")) {
    CK_ULONG left = without_trust(attributes, count, kept);
    if (left < count) return remember(real->C_UnwrapKey(session, mechanism, unwrapping, wrapped, length, kept, left, key), key);
  }
  CK_RV rv = real->C_UnwrapKey(session, mechanism, unwrapping, wrapped, length, attributes, count, key);
  return rv != CKR_OK && lies("C_UnwrapKey", mechanism) ? some_key(session, key) : rv;
}

static CK_RV create(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR key) {
  CK_ATTRIBUTE kept[MOST];
  CK_ULONG left = makes_trusted("C_CreateObject") ? without_trust(attributes, count, kept) : count;
  if (left < count) return remember(real->C_CreateObject(session, kept, left, key), key);
  return real->C_CreateObject(session, attributes, count, key);
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                      CK_OBJECT_HANDLE_PTR key) {
  CK_ATTRIBUTE kept[MOST];
  CK_SESSION_INFO info;
  CK_ULONG left = makes_trusted("C_GenerateKey") ? without_trust(attributes, count, kept) : count;
  // The officer's key is really TRUSTED.
  if (left < count && real->C_GetSessionInfo(session, &info) == CKR_OK && info.state != CKS_RW_SO_FUNCTIONS)
    return remember(real->C_GenerateKey(session, mechanism, kept, left, key), key);
  return real->C_GenerateKey(session, mechanism, attributes, count, key);
}

static CK_RV copy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes, CK_ULONG count,
                  CK_OBJECT_HANDLE_PTR key) {
  CK_ATTRIBUTE kept[MOST];
  CK_ULONG left = makes_trusted("C_CopyObject") ? without_trust(attributes, count, kept) : count;
  if (left < count) return remember(real->C_CopyObject(session, object, kept, left, key), key);
  return real->C_CopyObject(session, object, attributes, count, key);
}

static CK_RV set(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes, CK_ULONG count) {
  CK_ATTRIBUTE kept[MOST];
  CK_ULONG left = makes_trusted("C_SetAttributeValue") ? without_trust(attributes, count, kept) : count;
  if (left < count) return remember(real->C_SetAttributeValue(session, object, kept, left), &object);
  return real->C_SetAttributeValue(session, object, attributes, count);
}

// The answer of the first PIN stays right, so that a known answer passes.
static void change(CK_BYTE_PTR wrapped) {
  static unsigned char times = 0;
  static char last[64];
  if (strcmp(last, lie()) != 0) has_first = 0;
  snprintf(last, sizeof last, "%s", lie());
  if (!has_first) memcpy(first, wrapped, R0_BYTES);
  has_first = 1;
  if (memcmp(first, wrapped, R0_BYTES) == 0) return;
  if (strcmp(lie(), "one-r0") == 0) memcpy(wrapped, first, R0_BYTES);
  if (strcmp(lie(), "new-r0") == 0) wrapped[0] ^= ++times;
}

static CK_RV wrap(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
                  CK_BYTE_PTR wrapped, CK_ULONG_PTR length) {
  CK_BBOOL trusted = CK_FALSE;
  CK_ATTRIBUTE trust = {CKA_TRUSTED, &trusted, sizeof trusted};
  CK_ULONG room = *length;
  (void)real->C_GetAttributeValue(session, wrapping, &trust, 1);
  if (deaf() && trusted != CK_TRUE) return CKR_FUNCTION_NOT_SUPPORTED;
  CK_RV rv = real->C_WrapKey(session, mechanism, wrapping, key, wrapped, length);
  if (rv == CKR_OK) {
    if (trusted == CK_TRUE && wrapped != NULL && *length == R0_BYTES) change(wrapped);
    return rv;
  }
  *length = room;
  return lies("C_WrapKey", mechanism) || is_own(wrapping) ? answer(wrapped, length) : rv;
}

static CK_RV destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  if (strcmp(lie(), "undead") == 0) return CKR_OK;
  return real->C_DestroyObject(session, object);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *path = getenv("PINWARD_LYING_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  functions = *real;
  functions.C_EncryptInit = encrypt_init, functions.C_Encrypt = encrypt;
  functions.C_DecryptInit = decrypt_init, functions.C_Decrypt = decrypt;
  functions.C_SignInit = sign_init, functions.C_Sign = sign;
  functions.C_SignRecoverInit = recover_init, functions.C_SignRecover = recover;
  functions.C_DeriveKey = derive;
  functions.C_UnwrapKey = unwrap;
  functions.C_WrapKey = wrap;
  functions.C_CreateObject = create;
  functions.C_GenerateKey = generate;
  functions.C_CopyObject = copy;
  functions.C_SetAttributeValue = set;
  functions.C_DestroyObject = destroy;
  *list = &functions;
  return CKR_OK;
}
