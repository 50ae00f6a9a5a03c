/* A GM/T 0016 (SKF) module for tests: a UKEY in a folder, built from the standard's text alone.
 *
 * $SKF_MODULE_STATE/NAME/         one device
 *     present                     delete it: the device is pulled out; make it anew: plugged in
 *     state                       the device's memory, one `struct memory`
 *     slow                        milliseconds that a signature takes; the device is looked for again
 *     garbage                     one word: how the driver misbehaves, see `garbage()`
 *
 * SM2 is computed here from the curve's arithmetic (GB/T 32918.2 and .4), so that it is a second
 * implementation beside the library's. One process, one thread, but for SKF_WaitForDevEvent.
 * -DSKF_ULONG=8 builds it as makers do whose ULONG is an unsigned long on 64-bit systems.
 */
#include "abi.h"
#include "arithmetic.h"
#include "files.h"
#include "memory.h"

/* --- devices --------------------------------------------------------------------------------- */
static size_t list_devices(char *list) {
  size_t at = 0; const char *root = getenv("SKF_MODULE_STATE");
  DIR *d = root ? opendir(root) : NULL;
  for (struct dirent *e; d && (e = readdir(d));)
    if (e->d_name[0] != '.' && plugged(e->d_name, NULL, NULL) && at < 3500) at = join(list, at, e->d_name);
  if (d) closedir(d);
  list[at++] = 0;
  return at;
}
API ULONG SKF_EnumDev(BOOL present, CHAR *out, ULONG *length) {
  char list[4096]; (void)present;
  return give("", list, list_devices(list), out, length);
}
API ULONG SKF_WaitForDevEvent(CHAR *name, ULONG *length, ULONG *event) {
  char before[4096], now[4096]; struct timespec nap = {0, 20000000};
  size_t n = list_devices(before);
  cancelled = 0;
  while (!cancelled) {
    nanosleep(&nap, NULL);
    size_t m = list_devices(now);
    if (n == m && !memcmp(before, now, n)) continue;
    *event = m > n ? 1 : 2; /* in, out */
    const char *more = m > n ? now : before, *less = m > n ? before : now, *p = more, *q;
    for (; *p; p += strlen(p) + 1) {
      for (q = less; *q && strcmp(p, q); q += strlen(q) + 1) {}
      if (!*q) break;
    }
    return give("", p, strlen(p) + 1, name, length);
  }
  return NOTEVENT;
}
API ULONG SKF_CancelWaitForDevEvent(void) { cancelled = 1; return OK; }
API ULONG SKF_ConnectDev(CHAR *name, HANDLE *out) {
  if (!plugged(name, NULL, NULL)) return REMOVED;
  *out = keep(DEVICE, name, "");
  return *out ? OK : FAIL;
}
API ULONG SKF_DisConnectDev(HANDLE h) { return drop(h, DEVICE); }
API ULONG SKF_GetDevInfo(HANDLE given, DEVINFO *out) {
  struct handle *h; struct memory m; ULONG code = check(given, DEVICE, &h, &m);
  if (code) return code;
  memset(out, 0, sizeof *out);
  out->Version.major = 1;
  strcpy(out->Manufacturer, "Yidao test");
  memcpy(out->Label, m.label, 32); memcpy(out->SerialNumber, m.serial, 32);
  if (garbage(h->device, "strings")) { memset(out->Label, 0xFF, 32); memset(out->SerialNumber, 0xFE, 32); }
  out->AlgSymCap = SM4_ECB; out->AlgAsymCap = SM2_SIGN; out->AlgHashCap = 1;
  out->MaxECCBufferSize = 256; out->MaxBufferSize = MAXBUFFER;
  if (garbage(h->device, "count")) out->MaxBufferSize = 0;
  return OK;
}
API ULONG SKF_EnumApplication(HANDLE given, CHAR *out, ULONG *length) {
  struct handle *h; struct memory m; ULONG code = check(given, DEVICE, &h, &m);
  if (code) return code;
  if (!m.pin[1].max) return give(h->device, "", 1, out, length); /* as it left the factory */
  return give(h->device, "YIDAO\0", 7, out, length);
}
API ULONG SKF_OpenApplication(HANDLE given, CHAR *name, HANDLE *out) {
  struct handle *h; ULONG code = check(given, DEVICE, &h, NULL);
  if (code) return code;
  if (strcmp(name, "YIDAO")) return NOAPPLICATION;
  return (*out = keep(APPLICATION, h->device, "")) ? OK : FAIL;
}
API ULONG SKF_CloseApplication(HANDLE h) { return drop(h, APPLICATION); }

/* --- PINs ------------------------------------------------------------------------------------ */
API ULONG SKF_GetPINInfo(HANDLE given, ULONG type, ULONG *max, ULONG *left, BOOL *factory) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (type > 1) return INVALIDPARAM;
  *max = m.pin[type].max; *left = m.pin[type].left; *factory = m.pin[type].factory;
  if (garbage(h->device, "count")) *left = (ULONG)0x80000000;
  return OK;
}
/* Counted in the device's memory before it is compared. */
static ULONG try_pin(struct handle *h, struct memory *m, ULONG type, const char *pin, ULONG *left) {
  struct pin *p = &m->pin[type];
  if (strlen(pin) < 4 || strlen(pin) > 32) return PINLEN;
  if (p->left <= 0) { *left = 0; return PINLOCKED; }
  p->left--;
  if (!save(h->device, m)) return FAIL;
  if (strcmp(pin, p->value)) {
    *left = garbage(h->device, "count") ? (ULONG)0x80000000 : (ULONG)p->left;
    return p->left ? PININCORRECT : PINLOCKED;
  }
  p->left = p->max;
  return save(h->device, m) ? OK : FAIL;
}
API ULONG SKF_VerifyPIN(HANDLE given, ULONG type, CHAR *pin, ULONG *left) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (type > 1) return INVALIDPARAM;
  code = try_pin(h, &m, type, pin, left);
  if (!code && type == 1) {
    struct login *l = login_of(h->device);
    strcpy(l->device, h->device);
    l->plugged = h->plugged; l->at = h->at;
  }
  return code;
}
static ULONG set_pin(struct handle *h, struct memory *m, const char *pin) {
  if (strlen(pin) < 6 || strlen(pin) > 16) return PINLEN;
  strcpy(m->pin[1].value, pin);
  m->pin[1].left = m->pin[1].max; m->pin[1].factory = 0;
  return save(h->device, m) ? OK : FAIL;
}
API ULONG SKF_ChangePIN(HANDLE given, ULONG type, CHAR *old, CHAR *new, ULONG *left) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (type != 1) return INVALIDPARAM;
  code = try_pin(h, &m, type, old, left);
  return code ? code : set_pin(h, &m, new);
}
API ULONG SKF_UnblockPIN(HANDLE given, CHAR *admin, CHAR *new, ULONG *left) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  code = try_pin(h, &m, 0, admin, left);
  return code ? code : set_pin(h, &m, new);
}
API ULONG SKF_ClearSecureState(HANDLE given) {
  struct handle *h; ULONG code = check(given, APPLICATION, &h, NULL);
  if (!code) login_of(h->device)->at = 0;
  return code;
}

/* --- containers ------------------------------------------------------------------------------ */
static struct container *find(struct memory *m, const char *name) {
  for (int i = 0; i < CONTAINERS; i++)
    if (m->con[i].name[0] && !strcmp(m->con[i].name, name)) return &m->con[i];
  return NULL;
}
API ULONG SKF_EnumContainer(HANDLE given, CHAR *out, ULONG *length) {
  struct handle *h; struct memory m; char list[512]; size_t at = 0;
  ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  for (int i = 0; i < CONTAINERS; i++)
    if (m.con[i].name[0]) at = join(list, at, m.con[i].name);
  list[at++] = 0;
  return give(h->device, list, at, out, length);
}
API ULONG SKF_CreateContainer(HANDLE given, CHAR *name, HANDLE *out) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (!logged(h)) return NOTLOGGEDIN;
  if (strlen(name) > 64) return NAMELEN;
  if (find(&m, name)) return CONTAINEREXISTS;
  for (int i = 0; i < CONTAINERS; i++)
    if (!m.con[i].name[0]) {
      memset(&m.con[i], 0, sizeof m.con[i]);
      strcpy(m.con[i].name, name);
      if (!save(h->device, &m)) return FAIL;
      return (*out = keep(CONTAINER, h->device, name)) ? OK : FAIL;
    }
  return MAXCONTAINERS;
}
API ULONG SKF_OpenContainer(HANDLE given, CHAR *name, HANDLE *out) {
  struct handle *h; struct memory m; ULONG code = check(given, APPLICATION, &h, &m);
  if (code) return code;
  if (!find(&m, name)) return NOCONTAINER;
  return (*out = keep(CONTAINER, h->device, name)) ? OK : FAIL;
}
API ULONG SKF_CloseContainer(HANDLE h) { return drop(h, CONTAINER); }
static ULONG container(HANDLE given, int login, struct handle **h, struct memory *m, struct container **c) {
  ULONG code = check(given, CONTAINER, h, m);
  if (code) return code;
  if (!(*c = find(m, (*h)->name))) return NOCONTAINER;
  return login && !logged(*h) ? NOTLOGGEDIN : OK;
}
API ULONG SKF_GetContainerType(HANDLE given, ULONG *type) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 0, &h, &m, &c);
  if (!code) *type = c->kind;
  return code;
}
API ULONG SKF_ImportCertificate(HANDLE given, BOOL sign, BYTE *cert, ULONG size) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (size > sizeof c->half[0].cert) return NOROOM;
  struct half *half = &c->half[sign ? 0 : 1];
  memcpy(half->cert, cert, size);
  half->cert_size = (int)size;
  return save(h->device, &m) ? OK : FAIL;
}
API ULONG SKF_ExportCertificate(HANDLE given, BOOL sign, BYTE *out, ULONG *length) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 0, &h, &m, &c);
  if (code) return code;
  struct half *half = &c->half[sign ? 0 : 1];
  return half->cert_size ? give(h->device, half->cert, half->cert_size, out, length) : CERTNOTFOUND;
}
static void public_blob(const struct half *half, ECCPUBLICKEYBLOB *out) {
  memset(out, 0, sizeof *out);
  out->BitLen = 256;
  memcpy(out->XCoordinate + 32, half->x, 32); memcpy(out->YCoordinate + 32, half->y, 32);
}
API ULONG SKF_ExportPublicKey(HANDLE given, BOOL sign, BYTE *out, ULONG *length) {
  struct handle *h; struct memory m; struct container *c; ECCPUBLICKEYBLOB blob;
  ULONG code = container(given, 0, &h, &m, &c);
  if (code) return code;
  struct half *half = &c->half[sign ? 0 : 1];
  if (!half->there || c->kind != 2) return KEYNOTFOUND;
  public_blob(half, &blob);
  return give(h->device, &blob, sizeof blob, out, length);
}
API ULONG SKF_GenECCKeyPair(HANDLE given, ULONG algorithm, ECCPUBLICKEYBLOB *out) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (algorithm != SM2_SIGN) return INVALIDPARAM;
  if (c->kind == 1) return KEYUSAGE;
  struct half *half = &c->half[0];
  BIGNUM *n = BN_new(), *d = BN_new();
  order(n); BN_sub_word(n, 1);
  do BN_rand_range(d, n); while (BN_is_zero(d));
  BN_bn2binpad(d, half->d, 32);
  half->there = times(d, NULL, NULL, half->x, half->y);
  c->kind = 2;
  BN_free(n); BN_clear_free(d);
  public_blob(half, out);
  return save(h->device, &m) ? OK : FAIL;
}
API ULONG SKF_ImportECCKeyPair(HANDLE given, ENVELOPEDKEYBLOB *in) {
  struct handle *h; struct memory m; struct container *c; BYTE key[16], d[32], x[32], y[32];
  ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (!c->half[0].there || c->kind != 2) return KEYNOTFOUND;
  if (in->Version != 1 || in->ulSymmAlgID != SM4_ECB || in->ulBits != 256 || in->ECCCipherBlob.CipherLen != 16)
    return INVALIDPARAM;
  if (!sm2_decrypt(c->half[0].d, &in->ECCCipherBlob, key, 16)) return INDATA;
  if (!sm4(0, key, in->cbEncryptedPriKey + 32, 32, d)) return INDATA;
  BIGNUM *bd = BN_bin2bn(d, 32, NULL);
  int good = times(bd, NULL, NULL, x, y) && !memcmp(x, in->PubKey.XCoordinate + 32, 32) &&
             !memcmp(y, in->PubKey.YCoordinate + 32, 32);
  BN_clear_free(bd);
  if (!good) return INDATA;
  struct half *half = &c->half[1];
  memcpy(half->d, d, 32); memcpy(half->x, x, 32); memcpy(half->y, y, 32);
  half->there = 1;
  return save(h->device, &m) ? OK : FAIL;
}
API ULONG SKF_GenRSAKeyPair(HANDLE given, ULONG bits, RSAPUBLICKEYBLOB *out) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (bits != 2048) return INVALIDPARAM;
  if (c->kind == 2) return KEYUSAGE;
  EVP_PKEY *key = EVP_RSA_gen(bits); BIGNUM *n = NULL, *e = NULL; BYTE *p = c->rsa;
  c->rsa_size = i2d_PrivateKey(key, &p);
  EVP_PKEY_get_bn_param(key, "n", &n); EVP_PKEY_get_bn_param(key, "e", &e);
  memset(out, 0, sizeof *out);
  out->AlgID = RSA_ID; out->BitLen = bits;
  BN_bn2binpad(n, out->Modulus, 256); BN_bn2binpad(e, out->PublicExponent, 4);
  BN_free(n); BN_free(e); EVP_PKEY_free(key);
  c->kind = 1;
  c->half[0].there = 1;
  return save(h->device, &m) ? OK : FAIL;
}

/* --- signatures ------------------------------------------------------------------------------ */
/* A signature takes its time, and the device may be pulled out meanwhile. */
static int gone_meanwhile(const struct handle *h) {
  char path[1024]; long ms = 0;
  path_of(path, h->device, "slow");
  FILE *f = fopen(path, "r");
  if (f) { if (fscanf(f, "%ld", &ms) != 1) ms = 0; fclose(f); }
  struct timespec nap = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&nap, NULL);
  return !plugged(h->device, NULL, NULL);
}
API ULONG SKF_ECCSignData(HANDLE given, BYTE *e, ULONG size, ECCSIGNATUREBLOB *out) {
  struct handle *h; struct memory m; struct container *c; ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (c->kind != 2 || !c->half[0].there) return KEYNOTFOUND;
  if (size != 32) return INDATALEN;
  memset(out, 0, sizeof *out);
  sm2_sign(c->half[0].d, e, out->r + 32, out->s + 32); /* half done: the answer is no longer waited for */
  if (gone_meanwhile(h)) return REMOVED;
  if (garbage(h->device, "signature")) out->s[63] ^= 1;
  if (garbage(h->device, "coordinates")) memset(out, 0xEE, sizeof *out);
  return OK;
}
API ULONG SKF_RSASignData(HANDLE given, BYTE *data, ULONG size, BYTE *out, ULONG *length) {
  struct handle *h; struct memory m; struct container *c; BYTE signature[256]; size_t n = sizeof signature;
  ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  if (c->kind != 1) return KEYNOTFOUND;
  if (size > 256 - 11) return INDATALEN;
  const BYTE *p = c->rsa;
  EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, c->rsa_size);
  EVP_PKEY_CTX *x = EVP_PKEY_CTX_new(key, NULL);
  int good = EVP_PKEY_sign_init(x) > 0 && EVP_PKEY_CTX_set_rsa_padding(x, RSA_PKCS1_PADDING) > 0 &&
             EVP_PKEY_sign(x, signature, &n, data, size) > 0;
  EVP_PKEY_CTX_free(x); EVP_PKEY_free(key);
  if (!good) return FAIL;
  return give(h->device, signature, n, out, length);
}

/* --- session keys: by handle, never given out ------------------------------------------------- */
API ULONG SKF_ImportSessionKey(HANDLE given, ULONG algorithm, BYTE *wrapped, ULONG size, HANDLE *out) {
  struct handle *h; struct memory m; struct container *c; BYTE key[16];
  ULONG code = container(given, 1, &h, &m, &c);
  if (code) return code;
  const ECCCIPHERBLOB *blob = (const ECCCIPHERBLOB *)wrapped;
  if (c->kind != 2 || !c->half[1].there) return KEYNOTFOUND;
  if (algorithm != SM4_ECB) return NOTSUPPORTED;
  if (size < sizeof *blob || size < offsetof(ECCCIPHERBLOB, Cipher) + 16 || blob->CipherLen != 16) return INDATALEN;
  if (!sm2_decrypt(c->half[1].d, blob, key, 16)) return INDATA;
  struct handle *k = keep(KEY, h->device, h->name);
  if (!k) return FAIL;
  memcpy(k->key, key, 16);
  *out = k;
  return OK;
}
static ULONG start(HANDLE given, BLOCKCIPHERPARAM p, int way) {
  struct handle *h; ULONG code = check(given, KEY, &h, NULL);
  if (code) return code;
  if (p.IVLen || p.PaddingType) return INVALIDPARAM;
  h->ready = way;
  return OK;
}
static ULONG run(HANDLE given, BYTE *in, ULONG size, BYTE *out, ULONG *length, int way) {
  struct handle *h; BYTE blocks[MAXBUFFER]; ULONG code = check(given, KEY, &h, NULL);
  if (code) return code;
  if (h->ready != way) return INVALIDPARAM;
  if (size % 16 || size > MAXBUFFER) return INDATALEN;
  if (out) h->ready = 0;
  if (!sm4(way == 1, h->key, in, (int)size, blocks)) return FAIL;
  if (garbage(h->device, "blocks")) size -= 16;
  return give(h->device, blocks, size, out, length);
}
API ULONG SKF_EncryptInit(HANDLE h, BLOCKCIPHERPARAM p) { return start(h, p, 1); }
API ULONG SKF_Encrypt(HANDLE h, BYTE *in, ULONG n, BYTE *out, ULONG *m) { return run(h, in, n, out, m, 1); }
API ULONG SKF_DecryptInit(HANDLE h, BLOCKCIPHERPARAM p) { return start(h, p, 2); }
API ULONG SKF_Decrypt(HANDLE h, BYTE *in, ULONG n, BYTE *out, ULONG *m) { return run(h, in, n, out, m, 2); }
API ULONG SKF_CloseHandle(HANDLE h) { return drop(h, 0); }

/* --- for the tests --------------------------------------------------------------------------- */
/* A fresh device; its folder is there. */
API int skf_test_create(const char *device, const char *serial, const char *label, const char *pin, const char *admin, int tries) {
  struct memory *m = calloc(1, sizeof *m);
  snprintf(m->serial, 33, "%s", serial); snprintf(m->label, 33, "%s", label);
  struct pin a = {.max = tries, .left = tries, .factory = 1}, u = a;
  snprintf(a.value, 33, "%s", admin); snprintf(u.value, 33, "%s", pin);
  m->pin[0] = a; m->pin[1] = u;
  int good = save(device, m);
  free(m);
  return good;
}
/* "STRUCT size" and "STRUCT.field offset", a line each. */
API const char *skf_test_layout(void) {
  static char out[8192]; int at = 0;
#define SIZE(t) at += snprintf(out + at, sizeof out - at, #t " %zu\n", sizeof(t))
#define AT(t, f) at += snprintf(out + at, sizeof out - at, #t "." #f " %zu\n", offsetof(t, f))
  SIZE(ULONG);
  SIZE(DEVINFO); AT(DEVINFO, Manufacturer); AT(DEVINFO, Issuer); AT(DEVINFO, Label); AT(DEVINFO, SerialNumber);
  AT(DEVINFO, HWVersion); AT(DEVINFO, AlgSymCap); AT(DEVINFO, MaxBufferSize); AT(DEVINFO, Reserved);
  SIZE(RSAPUBLICKEYBLOB); AT(RSAPUBLICKEYBLOB, Modulus); AT(RSAPUBLICKEYBLOB, PublicExponent);
  SIZE(ECCPUBLICKEYBLOB); AT(ECCPUBLICKEYBLOB, XCoordinate); AT(ECCPUBLICKEYBLOB, YCoordinate);
  SIZE(ECCCIPHERBLOB); AT(ECCCIPHERBLOB, HASH); AT(ECCCIPHERBLOB, CipherLen); AT(ECCCIPHERBLOB, Cipher);
  SIZE(ECCSIGNATUREBLOB); AT(ECCSIGNATUREBLOB, s);
  SIZE(ENVELOPEDKEYBLOB); AT(ENVELOPEDKEYBLOB, cbEncryptedPriKey); AT(ENVELOPEDKEYBLOB, PubKey); AT(ENVELOPEDKEYBLOB, ECCCipherBlob);
  SIZE(BLOCKCIPHERPARAM); AT(BLOCKCIPHERPARAM, IVLen); AT(BLOCKCIPHERPARAM, PaddingType); AT(BLOCKCIPHERPARAM, FeedBitLen);
  SIZE(FILEATTRIBUTE); AT(FILEATTRIBUTE, FileSize); AT(FILEATTRIBUTE, ReadRights); AT(FILEATTRIBUTE, WriteRights);
  return out;
}
