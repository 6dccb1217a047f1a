// Two PKCS#11 modules in one, for both ends of a p11-kit remote, which transports neither CKM_AES_KEY_WRAP nor
// CKM_AES_GCM. At the near end (PINWARD_TUNNEL=near) such a mechanism becomes the label of an OAEP mechanism; the far
// end (far) turns it back. All other calls pass unchanged. PINWARD_TUNNEL_MODULE is the module behind each.
#include <dlfcn.h>
#include <pkcs11/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#define AES_KEY_WRAP 0x2109UL
#define AES_GCM 0x1087UL
#define MOST 4096
static const char MAGIC[] = "pinward tunnel";

struct gcm {
  CK_BYTE_PTR iv;
  CK_ULONG iv_length, iv_bits;
  CK_BYTE_PTR aad;
  CK_ULONG aad_length, tag_bits;
};

// The transported data, before IV and associated data.
struct head {
  char magic[sizeof MAGIC];
  CK_ULONG mechanism, iv_length, iv_bits, aad_length, tag_bits;
};

// A received mechanism, with room for its restored form.
struct changed {
  CK_MECHANISM mechanism;
  CK_RSA_PKCS_OAEP_PARAMS oaep;
  struct gcm gcm;
  CK_BYTE bytes[MOST];
};

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR next = NULL;
static int far = 0;

static CK_MECHANISM_PTR wrap_up(CK_MECHANISM_PTR from, struct changed *to) {
  if (from->mechanism != AES_KEY_WRAP && from->mechanism != AES_GCM) return from;
  struct head head = {.mechanism = from->mechanism};
  memcpy(head.magic, MAGIC, sizeof MAGIC);
  const struct gcm *gcm = from->mechanism == AES_GCM ? from->pParameter : NULL;
  if (gcm != NULL) {
    head.iv_length = gcm->iv_length, head.iv_bits = gcm->iv_bits;
    head.aad_length = gcm->aad_length, head.tag_bits = gcm->tag_bits;
  }
  CK_ULONG length = sizeof head + head.iv_length + head.aad_length;
  if (length > MOST) return from;
  memcpy(to->bytes, &head, sizeof head);
  if (gcm != NULL) {
    memcpy(to->bytes + sizeof head, gcm->iv, head.iv_length);
    memcpy(to->bytes + sizeof head + head.iv_length, gcm->aad, head.aad_length);
  }
  to->oaep = (CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, to->bytes, length};
  to->mechanism = (CK_MECHANISM){CKM_RSA_PKCS_OAEP, &to->oaep, sizeof to->oaep};
  return &to->mechanism;
}

static CK_MECHANISM_PTR unwrap_again(CK_MECHANISM_PTR from, struct changed *to) {
  const CK_RSA_PKCS_OAEP_PARAMS *oaep = from->pParameter;
  if (from->mechanism != CKM_RSA_PKCS_OAEP || oaep == NULL) return from;
  if (oaep->ulSourceDataLen < sizeof(struct head) || oaep->ulSourceDataLen > MOST) return from;
  struct head head;
  memcpy(to->bytes, oaep->pSourceData, oaep->ulSourceDataLen);
  memcpy(&head, to->bytes, sizeof head);
  if (memcmp(head.magic, MAGIC, sizeof MAGIC) != 0) return from;
  CK_BYTE_PTR iv = to->bytes + sizeof head;
  to->gcm = (struct gcm){iv, head.iv_length, head.iv_bits, iv + head.iv_length, head.aad_length, head.tag_bits};
  if (head.mechanism == AES_GCM) to->mechanism = (CK_MECHANISM){AES_GCM, &to->gcm, sizeof to->gcm};
  else to->mechanism = (CK_MECHANISM){head.mechanism, NULL, 0};
  return &to->mechanism;
}

static CK_MECHANISM_PTR changed(CK_MECHANISM_PTR from, struct changed *to) {
  return far ? unwrap_again(from, to) : wrap_up(from, to);
}

static CK_RV wrap_key(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping,
                      CK_OBJECT_HANDLE key, CK_BYTE_PTR output, CK_ULONG_PTR length) {
  struct changed other;
  return next->C_WrapKey(session, changed(mechanism, &other), wrapping, key, output, length);
}

static CK_RV encrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  struct changed other;
  return next->C_EncryptInit(session, changed(mechanism, &other), key);
}

static CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  struct changed other;
  return next->C_DecryptInit(session, changed(mechanism, &other), key);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *path = getenv("PINWARD_TUNNEL_MODULE"), *end = getenv("PINWARD_TUNNEL");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get == NULL || end == NULL || get(&next) != CKR_OK) return CKR_GENERAL_ERROR;
  far = strcmp(end, "far") == 0;
  functions = *next;
  functions.C_WrapKey = wrap_key;
  functions.C_EncryptInit = encrypt_init;
  functions.C_DecryptInit = decrypt_init;
  *list = &functions;
  return CKR_OK;
}
