// What the files of the shim share. README.md says what the shim is for and how it is controlled.
#ifndef PINWARD_SHIM_H
#define PINWARD_SHIM_H

#include <pkcs11/pkcs11.h>
#include <stdbool.h>
#include <stdint.h>

// A buffer of the caller's that the real module may write to.
struct output {
  const char *name; // the parameter's name in the standard
  void *data;       // NULL: the caller only asks for the size
  CK_ULONG capacity;
  const CK_ULONG *length; // elements the module says it wrote; NULL: all of them
  CK_ULONG unit;          // bytes an element
  void *before;           // copy of the buffer as the caller handed it over
};

#define MAX_OUTPUTS 2

// One call of one function. Arguments that a function does not have stay zero.
struct call {
  const char *function;
  CK_SESSION_HANDLE session;
  CK_OBJECT_HANDLE object;      // the key or object the function works with
  CK_OBJECT_HANDLE wrapped_key; // C_WrapKey only: the key that is wrapped
  CK_MECHANISM_PTR mechanism;
  const CK_BYTE *ciphertext; // C_UnwrapKey and C_Decrypt
  CK_ULONG ciphertext_length;
  CK_ATTRIBUTE_PTR attributes;
  CK_ULONG attribute_count;
  bool reads_attributes; // C_GetAttributeValue: the attributes' values are outputs
  struct output outputs[MAX_OUTPUTS];
  struct output *values; // outputs of reads_attributes, made in call_enter
  CK_ULONG value_count;
  uint64_t number; // counts up within one process
};

extern CK_FUNCTION_LIST_PTR shim_real;

// calls.c: what happens before and after every forwarded call. call_enter returns true when a fault has
// answered the call instead of the real module; *rv is then the answer.
bool call_enter(struct call *call, CK_RV *rv);
CK_RV call_leave(struct call *call, CK_RV rv);

// outputs.c
void outputs_remember(struct call *call);
CK_ULONG output_written(const struct output *output, CK_RV rv);
void outputs_forget(struct call *call);

// record.c
bool record_open(const char *path);
bool record_enabled(void);
void record_call(const struct call *call, const char *label);
void record_result(const struct call *call, CK_RV rv);
void record_fault(const struct call *call, const char *when, const char *action, CK_RV rv);

// labels.c: CKA_LABEL of an object, "" when it has none. The answer lives in `label`.
#define LABEL_SIZE 64
void label_of(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, char label[LABEL_SIZE]);
void label_forget(CK_OBJECT_HANDLE object);
void label_forget_all(void);

// faults.c: true when a fault answers the call with *rv.
void faults_open(const char *path);
bool faults_apply(const struct call *call, const char *when, CK_RV *rv);

#endif
