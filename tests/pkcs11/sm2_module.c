/* A PKCS#11 module for tests that can do SM2 as makers' modules do it: with numbers of its own.
 *
 * Everything else is SoftHSM's ($SM2_MODULE_OVER, a copy of its library): this module passes calls on
 * and answers itself where a mechanism or a key type of the maker's is asked for.
 *
 *     CKK 0x80000004                an SM2 key
 *     CKM 0x80008001                key pair generation
 *     CKM 0x80008105                signature over e, r || s
 *     CKM 0x80008103                signature over the message, Z and SM3 made here, DER
 *     CKM 0x80008201 / 0200 / 0202  decryption of SM2Cipher in DER / C1 C3 C2 / C1 C2 C3
 */
#include <dlfcn.h>
#include "../skf/abi.h"
#include "../skf/arithmetic.h"

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef struct { CK_ULONG type; void *value; CK_ULONG size; } ATTRIBUTE;
typedef struct { CK_ULONG mechanism; void *parameter; CK_ULONG size; } MECHANISM;
typedef struct { BYTE version[2]; void *call[68]; } FUNCTIONS;
enum { GENERATE = 0x80008001, SIGN_RAW = 0x80008105, SIGN_DATA = 0x80008103, OPEN_DER = 0x80008201, OPEN_C1C3C2 = 0x80008200, OPEN_C1C2C3 = 0x80008202 };
enum { KEY_TYPE = 0x100, VALUE = 0x11, EC_PARAMS = 0x180, SENSITIVE = 0x103, EXTRACTABLE = 0x162 };
enum { GET_ATTRIBUTE = 24, DECRYPT_INIT = 33, DECRYPT = 34, SIGN_INIT = 42, SIGN = 43, GENERATE_PAIR = 59 }; /* places in CK_FUNCTION_LIST */
static const BYTE CURVE[] = {0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};
static FUNCTIONS *real, ours;
static struct { CK_ULONG session, mechanism, key; } running[32];

typedef CK_RV (*get_t)(CK_ULONG, CK_ULONG, ATTRIBUTE *, CK_ULONG);
typedef CK_RV (*init_t)(CK_ULONG, MECHANISM *, CK_ULONG);
typedef CK_RV (*run_t)(CK_ULONG, BYTE *, CK_ULONG, BYTE *, CK_ULONG *);
typedef CK_RV (*pair_t)(CK_ULONG, MECHANISM *, ATTRIBUTE *, CK_ULONG, ATTRIBUTE *, CK_ULONG, CK_ULONG *, CK_ULONG *);

static int is_sm2(CK_ULONG session, CK_ULONG object) {
  BYTE params[64]; ATTRIBUTE a = {EC_PARAMS, params, sizeof params};
  return !((get_t)real->call[GET_ATTRIBUTE])(session, object, &a, 1) && a.size == sizeof CURVE && !memcmp(params, CURVE, sizeof CURVE);
}
static CK_RV get_attribute(CK_ULONG session, CK_ULONG object, ATTRIBUTE *list, CK_ULONG count) {
  CK_RV code = ((get_t)real->call[GET_ATTRIBUTE])(session, object, list, count);
  for (CK_ULONG i = 0; i < count; i++) {
    if (list[i].type == KEY_TYPE && list[i].value && list[i].size == sizeof(CK_ULONG) && is_sm2(session, object))
      *(CK_ULONG *)list[i].value = 0x80000004;
    if (list[i].type == VALUE && is_sm2(session, object)) return 0x11; /* CKR_ATTRIBUTE_SENSITIVE */
  }
  return code;
}
static CK_RV generate_pair(CK_ULONG session, MECHANISM *m, ATTRIBUTE *pub, CK_ULONG pubs, ATTRIBUTE *priv, CK_ULONG privs, CK_ULONG *a, CK_ULONG *b) {
  static BYTE yes = 1, no = 0;
  MECHANISM ec = {0x1040, NULL, 0}; /* CKM_EC_KEY_PAIR_GEN */
  if (m->mechanism != GENERATE) return ((pair_t)real->call[GENERATE_PAIR])(session, m, pub, pubs, priv, privs, a, b);
  ATTRIBUTE list[32];
  if (privs > 32) return 0x06;
  memcpy(list, priv, privs * sizeof *priv);
  for (CK_ULONG i = 0; i < privs; i++) { /* this module must read the number; get_attribute hides it */
    if (list[i].type == SENSITIVE) list[i].value = &no;
    if (list[i].type == EXTRACTABLE) list[i].value = &yes;
  }
  return ((pair_t)real->call[GENERATE_PAIR])(session, &ec, pub, pubs, list, privs, a, b);
}
static CK_RV begin(int place, CK_ULONG session, MECHANISM *m, CK_ULONG key) {
  if (m->mechanism < 0x80000000) return ((init_t)real->call[place])(session, m, key);
  if (!is_sm2(session, key)) return 0x63; /* CKR_KEY_TYPE_INCONSISTENT */
  int signs = m->mechanism == SIGN_RAW || m->mechanism == SIGN_DATA;
  int opens = m->mechanism == OPEN_DER || m->mechanism == OPEN_C1C3C2 || m->mechanism == OPEN_C1C2C3;
  if (place == SIGN_INIT ? !signs : !opens) return 0x70; /* CKR_MECHANISM_INVALID */
  for (int i = 0; i < 32; i++)
    if (!running[i].mechanism) {
      running[i].session = session; running[i].mechanism = m->mechanism; running[i].key = key;
      return 0;
    }
  return 0x06; /* CKR_FUNCTION_FAILED */
}
static CK_RV sign_init(CK_ULONG session, MECHANISM *m, CK_ULONG key) { return begin(SIGN_INIT, session, m, key); }
static CK_RV decrypt_init(CK_ULONG session, MECHANISM *m, CK_ULONG key) { return begin(DECRYPT_INIT, session, m, key); }
/* The private number and the mechanism of what a session began. */
static CK_ULONG begun(CK_ULONG session, BYTE d[32]) {
  for (int i = 0; i < 32; i++)
    if (running[i].mechanism && running[i].session == session) {
      BYTE value[32]; ATTRIBUTE a = {VALUE, value, sizeof value};
      CK_ULONG mechanism = running[i].mechanism;
      running[i].mechanism = 0;
      if (((get_t)real->call[GET_ATTRIBUTE])(session, running[i].key, &a, 1) || a.size > 32) return 0;
      memset(d, 0, 32);
      memcpy(d + 32 - a.size, value, a.size);
      return mechanism;
    }
  return 0;
}
static int own(CK_ULONG session) {
  for (int i = 0; i < 32; i++)
    if (running[i].mechanism && running[i].session == session) return 1;
  return 0;
}
/* e = SM3(Z || M), GB/T 32918.2 5.5, for the default identity. */
static void digest(const BYTE d[32], const BYTE *data, size_t size, BYTE e[32]) {
  static const char *curve = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
                             "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
  BYTE head[18 + 128] = {0x00, 0x80}, point[64], z[32]; BIGNUM *n = BN_bin2bn(d, 32, NULL);
  memcpy(head + 2, "1234567812345678", 16);
  for (int i = 0; i < 128; i++) sscanf(curve + 2 * i, "%2hhx", head + 18 + i);
  times(n, NULL, NULL, point, point + 32);
  BN_clear_free(n);
  sm3(z, head, sizeof head, point, 64, NULL, 0);
  sm3(e, z, 32, data, size, NULL, 0);
}
static size_t integer(BYTE *out, const BYTE n[32]) {
  int skip = 0;
  while (skip < 31 && !n[skip]) skip++;
  int high = n[skip] >> 7;
  out[0] = 0x02; out[1] = 32 - skip + high;
  if (high) out[2] = 0;
  memcpy(out + 2 + high, n + skip, 32 - skip);
  return 2 + out[1];
}
static CK_RV sign(CK_ULONG session, BYTE *data, CK_ULONG size, BYTE *out, CK_ULONG *length) {
  BYTE d[32], e[32], rs[64], answer[80]; size_t n = 64;
  if (!own(session)) return ((run_t)real->call[SIGN])(session, data, size, out, length);
  if (!out) { *length = 80; return 0; }
  CK_ULONG mechanism = begun(session, d);
  if (!mechanism) return 0x06;
  if (mechanism == SIGN_RAW) {
    if (size != 32) return 0x21; /* CKR_DATA_LEN_RANGE */
    memcpy(e, data, 32);
  } else
    digest(d, data, size, e);
  sm2_sign(d, e, rs, rs + 32);
  memcpy(answer, rs, 64);
  if (mechanism == SIGN_DATA) {
    n = 2 + integer(answer + 2, rs);
    n += integer(answer + n, rs + 32);
    answer[0] = 0x30; answer[1] = (BYTE)(n - 2);
  }
  if (*length < n) return 0x150; /* CKR_BUFFER_TOO_SMALL */
  memcpy(out, answer, n);
  *length = n;
  return 0;
}
static const BYTE *coordinate(const BYTE *der, BYTE *out) {
  int n = der[1], skip = n > 32;
  memset(out, 0, 64);
  memcpy(out + 64 - (n - skip), der + 2 + skip, n - skip);
  return der + 2 + n;
}
static CK_RV decrypt(CK_ULONG session, BYTE *data, CK_ULONG size, BYTE *out, CK_ULONG *length) {
  BYTE d[32], room[sizeof(ECCCIPHERBLOB) + 16] = {0}; ECCCIPHERBLOB *c = (ECCCIPHERBLOB *)room;
  if (!own(session)) return ((run_t)real->call[DECRYPT])(session, data, size, out, length);
  if (!out) { *length = 16; return 0; }
  CK_ULONG mechanism = begun(session, d);
  if (!mechanism) return 0x06;
  if (mechanism == OPEN_DER) {
    if (size < 120 || size > 127 || data[0] != 0x30) return 0x41; /* CKR_ENCRYPTED_DATA_LEN_RANGE */
    const BYTE *at = coordinate(coordinate(data + 2, c->XCoordinate), c->YCoordinate);
    memcpy(c->HASH, at + 2, 32); memcpy(c->Cipher, at + 36, 16);
  } else {
    if (size != 65 + 32 + 16 || data[0] != 4) return 0x41;
    memcpy(c->XCoordinate + 32, data + 1, 32); memcpy(c->YCoordinate + 32, data + 33, 32);
    memcpy(c->HASH, data + 65 + (mechanism == OPEN_C1C2C3 ? 16 : 0), 32);
    memcpy(c->Cipher, data + 65 + (mechanism == OPEN_C1C3C2 ? 32 : 0), 16);
  }
  if (*length < 16) return 0x150;
  if (!sm2_decrypt(d, c, out, 16)) return 0x40; /* CKR_ENCRYPTED_DATA_INVALID */
  *length = 16;
  return 0;
}
API CK_RV C_GetFunctionList(FUNCTIONS **out) {
  if (!real) {
    const char *path = getenv("SM2_MODULE_OVER");
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    CK_RV (*get)(FUNCTIONS **) = library ? (CK_RV(*)(FUNCTIONS **))dlsym(library, "C_GetFunctionList") : NULL;
    if (!get || get(&real)) return 0x06;
    ours = *real;
    ours.call[3] = (void *)C_GetFunctionList;
    ours.call[GET_ATTRIBUTE] = (void *)get_attribute;
    ours.call[GENERATE_PAIR] = (void *)generate_pair;
    ours.call[SIGN_INIT] = (void *)sign_init; ours.call[SIGN] = (void *)sign;
    ours.call[DECRYPT_INIT] = (void *)decrypt_init; ours.call[DECRYPT] = (void *)decrypt;
  }
  *out = &ours;
  return 0;
}
/* CK_FUNCTION_LIST has C_InitToken at its tenth place; who asks for it by name gets the same. */
API CK_RV C_InitToken(CK_ULONG slot, BYTE *pin, CK_ULONG size, BYTE *label) {
  return ((CK_RV(*)(CK_ULONG, BYTE *, CK_ULONG, BYTE *))real->call[9])(slot, pin, size, label);
}
