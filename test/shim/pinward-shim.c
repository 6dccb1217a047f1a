// A PKCS#11 v2.40 module that forwards every function to the module named in PINWARD_SHIM_MODULE.
//
//   PINWARD_SHIM_MODULE   path of the real module (required)
//   PINWARD_SHIM_LOG      append-only log of every call and of every byte the module put out (optional)
//   PINWARD_SHIM_FAULTS   control file with faults to inject; read again when it changes (optional)
//
// With PINWARD_SHIM_MODULE alone it only forwards. README.md describes log and control file.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "shim.h"

CK_FUNCTION_LIST_PTR shim_real = NULL;

// Every function forwards in the same way; the last arguments say what is worth recording.
#define FORWARD(name, parameters, arguments, ...)                  \
  static CK_RV shim_##name parameters {                            \
    struct call call = {.function = #name, __VA_ARGS__};           \
    CK_RV rv;                                                      \
    if (call_enter(&call, &rv)) return rv;                         \
    return call_leave(&call, shim_real->name arguments);           \
  }

#define BYTES(pointer, count) {#pointer, pointer, (pointer) && (count) ? *(count) : 0, count, 1, NULL}
#define LIST(pointer, count) \
  {#pointer, pointer, (pointer) && (count) ? *(count) : 0, count, sizeof *(pointer), NULL}
#define LIST_OF(pointer, capacity, count) {#pointer, pointer, capacity, count, sizeof *(pointer), NULL}
#define FIXED(pointer) {#pointer, pointer, 1, NULL, sizeof *(pointer), NULL}
#define OUTPUTS(...) .outputs = {__VA_ARGS__}
#define TEMPLATE(pointer, count) .attributes = pointer, .attribute_count = count
#define CIPHERTEXT(pointer, count) .ciphertext = pointer, .ciphertext_length = count

#include "functions.h"

static CK_RV list_functions(CK_FUNCTION_LIST_PTR_PTR list);
#define shim_C_GetFunctionList list_functions

static CK_FUNCTION_LIST shim_functions = {
    {2, 40},
#define CK_PKCS11_FUNCTION_INFO(name) shim_##name,
#include <pkcs11/pkcs11f.h>
#undef CK_PKCS11_FUNCTION_INFO
};

static void load(void) {
  const char *path = getenv("PINWARD_SHIM_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  if (get == NULL) {
    fprintf(stderr, "pinward-shim: PINWARD_SHIM_MODULE is not a PKCS#11 module\n");
    return;
  }
  if (!record_open(getenv("PINWARD_SHIM_LOG"))) {
    fprintf(stderr, "pinward-shim: PINWARD_SHIM_LOG cannot be opened\n");
    return;
  }
  faults_open(getenv("PINWARD_SHIM_FAULTS"));
  if (get(&shim_real) != CKR_OK) shim_real = NULL;
}

static CK_RV list_functions(CK_FUNCTION_LIST_PTR_PTR list) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  if (shim_real == NULL) return CKR_GENERAL_ERROR;
  if (list == NULL) return CKR_ARGUMENTS_BAD;
  *list = &shim_functions;
  return CKR_OK;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  return list_functions(list);
}
