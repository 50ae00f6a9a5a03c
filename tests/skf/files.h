/* The device's files; included once, by skf_module.c. */
#pragma once
#include "memory.h"

static int gone_meanwhile(const struct handle *h);

static struct file *find_file(struct memory *m, const char *name) {
  for (int i = 0; i < FILES; i++)
    if (m->file[i].there && !strcmp(m->file[i].name, name)) return &m->file[i];
  return NULL;
}
API ULONG SKF_CreateFile(HANDLE given, CHAR *name, ULONG size, ULONG read, ULONG write) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (!logged(h)) return NOTLOGGEDIN;
  if (strlen(name) > 31) return NAMELEN;
  if (find_file(&m, name)) return FILEEXISTS;
  for (int i = 0; i < FILES && size <= ROOM; i++)
    if (!m.file[i].there) {
      struct file f = {.there = 1, .size = (int)size, .read = read, .write = write};
      strcpy(f.name, name);
      m.file[i] = f;
      return save(h->device, &m) ? OK : FAIL;
    }
  return NOROOM;
}
API ULONG SKF_DeleteFile(HANDLE given, CHAR *name) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  struct file *f = find_file(&m, name);
  if (!f) return NOFILE;
  if (!logged(h)) return NOTLOGGEDIN;
  f->there = 0;
  return save(h->device, &m) ? OK : FAIL;
}
API ULONG SKF_EnumFiles(HANDLE given, CHAR *out, ULONG *length) {
  struct handle *h; struct memory m; char list[512]; size_t at = 0;
  ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  for (int i = 0; i < FILES; i++)
    if (m.file[i].there) at = join(list, at, m.file[i].name);
  list[at++] = 0;
  return give(h->device, list, at, out, length);
}
API ULONG SKF_GetFileInfo(HANDLE given, CHAR *name, FILEATTRIBUTE *out) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  struct file *f = find_file(&m, name);
  if (!f) return NOFILE;
  memset(out, 0, sizeof *out);
  memcpy(out->FileName, f->name, 32);
  out->FileSize = garbage(h->device, "count") ? (ULONG)0xF0000000 : (ULONG)f->size;
  out->ReadRights = f->read; out->WriteRights = f->write;
  return OK;
}
API ULONG SKF_ReadFile(HANDLE given, CHAR *name, ULONG offset, ULONG size, BYTE *out, ULONG *length) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  struct file *f = find_file(&m, name);
  if (!f) return NOFILE;
  if (f->read != 0xFF && !logged(h)) return NOTLOGGEDIN;
  if (offset > (ULONG)f->size) return OVERFILE;
  if (size > MAXBUFFER) return INDATALEN;
  if (size > f->size - offset) size = f->size - offset;
  return give(h->device, f->data + offset, size, out, length);
}
API ULONG SKF_WriteFile(HANDLE given, CHAR *name, ULONG offset, BYTE *data, ULONG size) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  struct file *f = find_file(&m, name);
  if (!f) return NOFILE;
  if (!logged(h)) return NOTLOGGEDIN;
  if (size > MAXBUFFER) return INDATALEN;
  if (offset + size > (ULONG)f->size) return OVERFILE;
  memcpy(f->data + offset, data, size);
  return save(h->device, &m) && !gone_meanwhile(h) ? OK : REMOVED;
}
