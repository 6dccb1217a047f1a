// A PKCS#11 module whose leaks do not show in its answers; the shim must record them too.
#include <pkcs11/pkcs11.h>
#include <string.h>

static CK_RV ignore(CK_VOID_PTR argument) {
  (void)argument;
  return CKR_OK;
}

static CK_RV get_slots(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (slots != NULL) slots[0] = present;
  *count = 1;
  return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session) {
  (void)slot, (void)flags, (void)application, (void)notify;
  *session = 1;
  return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  (void)session, (void)user, (void)pin, (void)length;
  return CKR_OK;
}

// Fails after it has written; the second time it only fails.
static CK_RV generate_random(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length) {
  static int calls = 0;
  (void)session, (void)length;
  if (calls++ == 0) memcpy(data, "leaked on failure", 17);
  return CKR_DEVICE_ERROR;
}

static CK_RV digest_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism) {
  (void)session, (void)mechanism;
  return CKR_OK;
}

// Reports 4 bytes after it has written 20.
static CK_RV digest(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG n, CK_BYTE_PTR out, CK_ULONG_PTR count) {
  (void)session, (void)in, (void)n;
  memcpy(out, "okay leaked past end", 20);
  *count = 4;
  return CKR_OK;
}

static CK_FUNCTION_LIST functions = {
    .version = {2, 40},
    .C_Initialize = ignore,
    .C_Finalize = ignore,
    .C_GetSlotList = get_slots,
    .C_OpenSession = open_session,
    .C_Login = login,
    .C_GenerateRandom = generate_random,
    .C_DigestInit = digest_init,
    .C_Digest = digest,
};

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  *list = &functions;
  return CKR_OK;
}
