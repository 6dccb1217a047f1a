// What happens around every forwarded call: it is recorded before the real module is asked (so that a call which
// never returns is counted too), and its outputs after.
#include <string.h>

#include "shim.h"

static uint64_t calls_made = 0;

bool call_enter(struct call *call, CK_RV *rv) {
  call->number = __atomic_add_fetch(&calls_made, 1, __ATOMIC_RELAXED);
  if (record_enabled()) {
    char label[LABEL_SIZE] = "";
    if (call->object != 0) label_of(call->session, call->object, label);
    record_call(call, label);
  }
  if (faults_apply(call, "before", rv)) return true;
  if (record_enabled()) outputs_remember(call);
  return false;
}

// A handle may come to mean another object; the next use asks again.
static void forget_labels(const struct call *call) {
  if (strcmp(call->function, "C_DestroyObject") == 0 || strcmp(call->function, "C_SetAttributeValue") == 0) {
    label_forget(call->object);
  }
  if (strcmp(call->function, "C_Finalize") == 0 || strcmp(call->function, "C_Logout") == 0 ||
      strcmp(call->function, "C_CloseAllSessions") == 0) {
    label_forget_all();
  }
}

CK_RV call_leave(struct call *call, CK_RV rv) {
  if (record_enabled()) {
    record_result(call, rv);
    outputs_forget(call);
    forget_labels(call);
  }
  faults_apply(call, "after", &rv);
  return rv;
}
