// Which label belongs to a handle: asked from the real module once a handle, and remembered.
#include <pthread.h>
#include <string.h>

#include "shim.h"

#define SLOTS 1024

static struct {
  CK_OBJECT_HANDLE object; // 0: free, no valid handle (CK_INVALID_HANDLE)
  char label[LABEL_SIZE];
} known[SLOTS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// One place a handle; two handles that meet there push each other out, which costs a question and nothing else.
static size_t slot_of(CK_OBJECT_HANDLE object) { return object % SLOTS; }

static bool ask(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, char label[LABEL_SIZE]) {
  CK_ATTRIBUTE attribute = {CKA_LABEL, label, LABEL_SIZE - 1};
  CK_RV rv = shim_real->C_GetAttributeValue(session, object, &attribute, 1);
  CK_ULONG length = rv == CKR_OK && attribute.ulValueLen < LABEL_SIZE ? attribute.ulValueLen : 0;
  label[length] = '\0';
  for (CK_ULONG i = 0; i < length; i++) {
    // The label goes into JSON as it is.
    if (label[i] < ' ' || label[i] > '~' || label[i] == '"' || label[i] == '\\') label[i] = '?';
  }
  return length > 0;
}

void label_of(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, char label[LABEL_SIZE]) {
  size_t slot = slot_of(object);
  pthread_mutex_lock(&lock);
  bool found = known[slot].object == object;
  if (found) memcpy(label, known[slot].label, LABEL_SIZE);
  pthread_mutex_unlock(&lock);
  if (found || !ask(session, object, label)) return;
  pthread_mutex_lock(&lock);
  known[slot].object = object;
  memcpy(known[slot].label, label, LABEL_SIZE);
  pthread_mutex_unlock(&lock);
}

void label_forget(CK_OBJECT_HANDLE object) {
  pthread_mutex_lock(&lock);
  if (known[slot_of(object)].object == object) known[slot_of(object)].object = 0;
  pthread_mutex_unlock(&lock);
}

void label_forget_all(void) {
  pthread_mutex_lock(&lock);
  memset(known, 0, sizeof known);
  pthread_mutex_unlock(&lock);
}
