// The log: one JSON object a line. Each record is a single write(2) to a file opened with O_APPEND, so that several
// threads and processes may share the file and what was recorded survives SIGKILL. A record begins with a line feed
// as well: should a SIGKILL tear one in the page cache, the next still starts on a line of its own.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

// Enough of a ciphertext to tell envelopes apart; OAEP makes every one unique.
#define CIPHERTEXT_PREFIX 16

static int log_file = -1;
static char run[48]; // one loading of the shim: process ids are used again

struct record {
  FILE *stream;
  char *text;
  size_t length;
};

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

bool record_open(const char *path) {
  if (path == NULL) return true;
  snprintf(run, sizeof run, "%d-%llx", getpid(), (unsigned long long)now());
  log_file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  return log_file != -1;
}

bool record_enabled(void) { return log_file != -1; }

// The stream keeps the addresses of text and length: the record stays where its caller has put it.
static void begin(struct record *record, const char *kind, const struct call *call) {
  record->stream = open_memstream(&record->text, &record->length);
  if (record->stream == NULL) abort();
  fprintf(record->stream, "\n{\"kind\":\"%s\",\"run\":\"%s\",\"pid\":%d,\"call\":%llu,\"at\":\"%llu\"", kind, run,
          getpid(), (unsigned long long)call->number, (unsigned long long)now());
}

// Evidence that cannot be written must not be missed silently.
static void end(struct record *record) {
  fputs("}\n", record->stream);
  if (fclose(record->stream) != 0) abort();
  if (write(log_file, record->text, record->length) != (ssize_t)record->length) {
    perror("pinward-shim: cannot write the log");
    abort();
  }
  free(record->text);
}

static void put_hex(FILE *stream, const CK_BYTE *bytes, CK_ULONG length) {
  static const char digits[] = "0123456789abcdef";
  for (CK_ULONG i = 0; i < length; i++) {
    putc_unlocked(digits[bytes[i] >> 4], stream);
    putc_unlocked(digits[bytes[i] & 15], stream);
  }
}

static void put_handle(FILE *stream, const char *name, CK_ULONG handle) {
  if (handle != 0) fprintf(stream, ",\"%s\":\"%lx\"", name, handle);
}

void record_call(const struct call *call, const char *label) {
  struct record record;
  begin(&record, "call", call);
  FILE *stream = record.stream;
  fprintf(stream, ",\"function\":\"%s\",\"thread\":%ld", call->function, syscall(SYS_gettid));
  put_handle(stream, "session", call->session);
  put_handle(stream, "object", call->object);
  put_handle(stream, "wrappedKey", call->wrapped_key);
  if (label[0] != '\0') fprintf(stream, ",\"label\":\"%s\"", label);
  if (call->mechanism != NULL) fprintf(stream, ",\"mechanism\":%lu", call->mechanism->mechanism);
  if (call->ciphertext != NULL) {
    fputs(",\"ciphertext\":\"", stream);
    CK_ULONG length = call->ciphertext_length;
    put_hex(stream, call->ciphertext, length < CIPHERTEXT_PREFIX ? length : CIPHERTEXT_PREFIX);
    putc_unlocked('"', stream);
  }
  if (call->attributes != NULL) {
    fputs(",\"attributes\":[", stream);
    for (CK_ULONG i = 0; i < call->attribute_count; i++) {
      fprintf(stream, i == 0 ? "%lu" : ",%lu", call->attributes[i].type);
    }
    putc_unlocked(']', stream);
  }
  end(&record);
}

static void put_output(FILE *stream, const struct output *output, CK_RV rv, int *count) {
  CK_ULONG length = output_written(output, rv);
  if (length == 0) return;
  fprintf(stream, "%s{\"name\":\"%s\",\"bytes\":\"", (*count)++ == 0 ? "" : ",", output->name);
  put_hex(stream, output->data, length);
  fputs("\"}", stream);
}

void record_result(const struct call *call, CK_RV rv) {
  struct record record;
  begin(&record, "result", call);
  int count = 0;
  fprintf(record.stream, ",\"rv\":%lu,\"outputs\":[", rv);
  for (int i = 0; i < MAX_OUTPUTS; i++) put_output(record.stream, &call->outputs[i], rv, &count);
  for (CK_ULONG i = 0; i < call->value_count; i++) put_output(record.stream, &call->values[i], rv, &count);
  putc_unlocked(']', record.stream);
  end(&record);
}

void record_fault(const struct call *call, const char *when, const char *action, CK_RV rv) {
  if (!record_enabled()) return;
  struct record record;
  begin(&record, "fault", call);
  fprintf(record.stream, ",\"when\":\"%s\",\"action\":\"%s\",\"rv\":%lu", when, action, rv);
  end(&record);
}
