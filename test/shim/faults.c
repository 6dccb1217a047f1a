// Faults on demand, from a control file that test/support/shim.ts writes (format: README.md). The file is replaced
// as a whole; every call compares its identity and reads it again when it is another one. How often a fault has
// fired is counted in a file mapped by all processes, so that "the next K calls" means K in all.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

#define MAX_FAULTS 64
#define MAX_PREFIX 64 // hex digits
#define HOLD_POLL_MS 2

struct fault {
  char function[64]; // "*": every function
  char when[8];
  char action[16];
  double value; // latency: milliseconds; return: the CK_RV
  unsigned long limit; // 0: no limit
  double probability;
  char prefix[MAX_PREFIX + 1]; // of the ciphertext; "-": any
  uint32_t *fired;
};

struct plan {
  struct timespec changed;
  ino_t inode;
  int count;
  struct fault faults[MAX_FAULTS];
};

static const char *path = NULL;
static const struct plan *plan = NULL; // never freed: a hung call may still look at an old one
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void faults_open(const char *control_file) { path = control_file; }

static void refuse(const char *what) {
  fprintf(stderr, "pinward-shim: bad control file: %s\n", what);
  abort();
}

static uint32_t *map_counters(const char *file) {
  int descriptor = open(file, O_RDWR | O_CLOEXEC);
  void *counters = descriptor == -1 ? MAP_FAILED
                                    : mmap(NULL, MAX_FAULTS * sizeof(uint32_t), PROT_READ | PROT_WRITE,
                                           MAP_SHARED, descriptor, 0);
  if (counters == MAP_FAILED) refuse("no counters");
  close(descriptor);
  return counters;
}

static struct plan *read_plan(FILE *file) {
  struct plan *fresh = calloc(1, sizeof *fresh);
  struct stat status;
  char counters_file[4096];
  if (fresh == NULL || fstat(fileno(file), &status) != 0) refuse("cannot be read");
  fresh->changed = status.st_mtim;
  fresh->inode = status.st_ino;
  if (fscanf(file, "counters %4095[^\n] ", counters_file) != 1) refuse("first line");
  uint32_t *counters = map_counters(counters_file);
  while (!feof(file)) {
    if (fresh->count == MAX_FAULTS) refuse("too many faults");
    struct fault *fault = &fresh->faults[fresh->count];
    int fields = fscanf(file, "%63s %7s %15s %lf %lu %lf %64s ", fault->function, fault->when, fault->action,
                        &fault->value, &fault->limit, &fault->probability, fault->prefix);
    if (fields != 7) refuse("a line without seven fields");
    fault->fired = &counters[fresh->count++];
  }
  return fresh;
}

static bool same(const struct plan *known, const struct stat *status) {
  return known != NULL && known->inode == status->st_ino && known->changed.tv_sec == status->st_mtim.tv_sec &&
         known->changed.tv_nsec == status->st_mtim.tv_nsec;
}

static const struct plan *current_plan(void) {
  struct stat status;
  if (path == NULL || stat(path, &status) != 0) return NULL;
  pthread_mutex_lock(&lock);
  if (!same(plan, &status)) {
    FILE *file = fopen(path, "re");
    if (file != NULL) {
      plan = read_plan(file);
      fclose(file);
    }
  }
  const struct plan *current = plan;
  pthread_mutex_unlock(&lock);
  return current;
}

static bool has_prefix(const struct call *call, const char *prefix) {
  if (strcmp(prefix, "-") == 0) return true;
  size_t length = strlen(prefix) / 2;
  if (call->ciphertext == NULL || call->ciphertext_length < length) return false;
  for (size_t i = 0; i < length; i++) {
    unsigned byte;
    if (sscanf(prefix + 2 * i, "%2x", &byte) != 1 || call->ciphertext[i] != byte) return false;
  }
  return true;
}

static double draw(void) {
  static __thread unsigned seed = 0;
  if (seed == 0) seed = (unsigned)time(NULL) ^ ((unsigned)getpid() << 8) ^ (unsigned)(uintptr_t)&seed;
  return rand_r(&seed) / (RAND_MAX + 1.0);
}

static bool fires(const struct fault *fault, const struct call *call, const char *when) {
  if (strcmp(fault->function, "*") != 0 && strcmp(fault->function, call->function) != 0) return false;
  if (strcmp(fault->when, when) != 0 || !has_prefix(call, fault->prefix)) return false;
  if (fault->probability < 1 && draw() >= fault->probability) return false;
  uint32_t before = __atomic_fetch_add(fault->fired, 1, __ATOMIC_RELAXED);
  return fault->limit == 0 || before < fault->limit;
}

static void wait_ms(double milliseconds) {
  struct timespec time = {(time_t)(milliseconds / 1000), (long)((long long)(milliseconds * 1e6) % 1000000000)};
  while (nanosleep(&time, &time) != 0) continue;
}

// True when the call is answered with *rv.
static bool act(const struct fault *fault, const struct plan *held_under, CK_RV *rv) {
  if (strcmp(fault->action, "latency") == 0) wait_ms(fault->value);
  else if (strcmp(fault->action, "hold") == 0) while (current_plan() == held_under) wait_ms(HOLD_POLL_MS);
  else if (strcmp(fault->action, "hang") == 0) while (true) pause();
  else if (strcmp(fault->action, "kill") == 0) kill(getpid(), SIGKILL);
  else if (strcmp(fault->action, "return") == 0) *rv = (CK_RV)fault->value;
  else refuse("unknown action");
  return strcmp(fault->action, "return") == 0;
}

bool faults_apply(const struct call *call, const char *when, CK_RV *rv) {
  const struct plan *current = current_plan();
  for (int i = 0; current != NULL && i < current->count; i++) {
    const struct fault *fault = &current->faults[i];
    if (!fires(fault, call, when)) continue;
    record_fault(call, when, fault->action, (CK_RV)fault->value);
    if (act(fault, current, rv)) return true;
  }
  return false;
}
