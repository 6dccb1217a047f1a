// Which bytes of the caller's buffers did the module write? What it says it wrote, and also whatever else changed:
// a module that fails, or that writes past the length it reports, has given those bytes away just the same. Then the
// whole buffer is recorded.
#include <stdlib.h>
#include <string.h>

#include "shim.h"

// Larger buffers (none is known) are recorded by their reported length alone.
#define MAX_COMPARED (1024 * 1024)

static void add_values(struct call *call) {
  call->values = calloc(call->attribute_count + 1, sizeof *call->values);
  if (call->values == NULL) abort();
  for (CK_ULONG i = 0; i < call->attribute_count; i++) {
    CK_ATTRIBUTE *attribute = &call->attributes[i];
    call->values[call->value_count++] = (struct output){
        .name = "pValue",
        .data = attribute->pValue,
        .capacity = attribute->ulValueLen,
        .length = &attribute->ulValueLen,
        .unit = 1,
    };
  }
}

static void remember(struct output *output) {
  CK_ULONG size = output->capacity * output->unit;
  if (output->data == NULL || size == 0 || size > MAX_COMPARED) return;
  output->before = malloc(size);
  if (output->before == NULL) abort();
  memcpy(output->before, output->data, size);
}

void outputs_remember(struct call *call) {
  if (call->reads_attributes) add_values(call);
  for (CK_ULONG i = 0; i < call->value_count; i++) remember(&call->values[i]);
  for (int i = 0; i < MAX_OUTPUTS; i++) remember(&call->outputs[i]);
}

CK_ULONG output_written(const struct output *output, CK_RV rv) {
  if (output->data == NULL) return 0;
  CK_ULONG size = output->capacity * output->unit;
  CK_ULONG said = output->length == NULL ? output->capacity : *output->length;
  // C_GetAttributeValue reports an attribute that is kept back as (CK_ULONG)-1, whatever it returns (section 5.7.5).
  if (said == CK_UNAVAILABLE_INFORMATION || rv != CKR_OK) said = 0;
  CK_ULONG written = said > output->capacity ? size : said * output->unit;
  if (output->before == NULL) return rv == CKR_OK ? written : size;
  const CK_BYTE *now = output->data, *before = output->before;
  return memcmp(now + written, before + written, size - written) == 0 ? written : size;
}

void outputs_forget(struct call *call) {
  for (int i = 0; i < MAX_OUTPUTS; i++) free(call->outputs[i].before);
  for (CK_ULONG i = 0; i < call->value_count; i++) free(call->values[i].before);
  free(call->values);
}
