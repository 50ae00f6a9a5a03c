/* A device's memory, its handles, and how the driver misbehaves on demand. */
#pragma once
#include "abi.h"

/* --- a device's memory --------------------------------------------------------------------- */
struct pin { char value[33]; int max, left, factory; };
struct half { int there; BYTE d[32], x[32], y[32]; int cert_size; BYTE cert[4096]; };
struct container { char name[65]; int kind, rsa_size; BYTE rsa[2048]; struct half half[2]; };
struct file { char name[33]; int there; int size; ULONG read, write; BYTE data[ROOM]; };
struct memory { char serial[33], label[33]; struct pin pin[2]; struct container con[CONTAINERS]; struct file file[FILES]; };

enum { DEVICE = 1, APPLICATION, CONTAINER, KEY };
struct handle { int kind; char device[64]; ino_t plugged; long at; char name[65]; BYTE key[16]; int ready; };
static struct handle *handles[256];
static struct login { char device[64]; ino_t plugged; long at; } logins[8];
static volatile int cancelled;

static void path_of(char *out, const char *device, const char *file) {
  const char *root = getenv("SKF_MODULE_STATE");
  snprintf(out, 1024, "%s/%s/%s", root ? root : "/nonexistent", device, file);
}
static int plugged(const char *device, ino_t *inode, long *at) {
  char path[1024]; struct stat st;
  path_of(path, device, "present");
  if (stat(path, &st)) return 0;
  if (inode) *inode = st.st_ino;
  if (at) *at = st.st_mtim.tv_sec * 1000000000L + st.st_mtim.tv_nsec;
  return 1;
}
static int load(const char *device, struct memory *m) {
  char path[1024]; path_of(path, device, "state");
  FILE *f = fopen(path, "rb");
  if (!f) return 0;
  int whole = fread(m, sizeof *m, 1, f) == 1;
  fclose(f);
  return whole;
}
static int save(const char *device, const struct memory *m) {
  char path[1024], draft[1024];
  path_of(path, device, "state"); path_of(draft, device, "state.tmp");
  FILE *f = fopen(draft, "wb");
  if (!f) return 0;
  int whole = fwrite(m, sizeof *m, 1, f) == 1;
  return fclose(f) == 0 && whole && rename(draft, path) == 0;
}
/* How the driver misbehaves: "codes", "lengths", "overrun", "signature", "coordinates", "strings", "count", "blocks". */
static int garbage(const char *device, const char *mode) {
  char path[1024], word[32] = "";
  path_of(path, device, "garbage");
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  if (!fgets(word, sizeof word, f)) word[0] = 0;
  fclose(f);
  word[strcspn(word, "\n")] = 0;
  return strcmp(word, mode) == 0;
}
static HANDLE keep(int kind, const char *device, const char *name) {
  for (int i = 0; i < 256; i++)
    if (!handles[i]) {
      struct handle *h = calloc(1, sizeof *h);
      h->kind = kind;
      snprintf(h->device, sizeof h->device, "%s", device);
      snprintf(h->name, sizeof h->name, "%s", name);
      plugged(device, &h->plugged, &h->at);
      return handles[i] = h;
    }
  return NULL;
}
/* The handle, if it is of that kind and its device has been there ever since. */
static ULONG check(HANDLE given, int kind, struct handle **out, struct memory *m) {
  ino_t inode; long at;
  for (int i = 0; given && i < 256; i++)
    if (handles[i] == given && handles[i]->kind == kind) {
      struct handle *h = handles[i];
      if (!plugged(h->device, &inode, &at)) return REMOVED;
      if (inode != h->plugged || at != h->at) return INVALIDHANDLE;
      if (garbage(h->device, "codes")) return 0xDEADBEEF;
      if (m && !load(h->device, m)) return FAIL;
      *out = h;
      return OK;
    }
  return INVALIDHANDLE;
}
/* The place of a device's login, or a free one. */
static struct login *login_of(const char *device) {
  struct login *room = NULL;
  for (int i = 0; i < 8; i++) {
    if (!strcmp(logins[i].device, device)) return &logins[i];
    if (!logins[i].device[0] && !room) room = &logins[i];
  }
  return room ? room : &logins[0];
}
static int logged(const struct handle *h) {
  const struct login *l = login_of(h->device);
  return !strcmp(l->device, h->device) && l->plugged == h->plugged && l->at == h->at;
}
static ULONG drop(HANDLE given, int kind) {
  for (int i = 0; given && i < 256; i++)
    if (handles[i] == given && (!kind || handles[i]->kind == kind)) {
      OPENSSL_cleanse(handles[i], sizeof *handles[i]);
      free(handles[i]);
      handles[i] = NULL;
      return OK;
    }
  return INVALIDHANDLE;
}
/* The twice-call pattern: without a buffer the size alone. */
static ULONG give(const char *device, const void *data, size_t size, void *out, ULONG *length) {
  if (!length) return INVALIDPARAM;
  if (garbage(device, "lengths")) { *length = (ULONG)0x7FFFFFF0; return OK; }
  if (!out) { *length = (ULONG)size; return OK; }
  if (*length < size) { *length = (ULONG)size; return TOOSMALL; }
  memcpy(out, data, size);
  if (garbage(device, "overrun")) memset((BYTE *)out + *length, 0x5A, 16);
  *length = (ULONG)size;
  return OK;
}
static size_t join(char *list, size_t at, const char *name) {
  strcpy(list + at, name);
  return at + strlen(name) + 1;
}
