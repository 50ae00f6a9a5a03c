/* SM3, SM4, and SM2 from the curve's arithmetic. */
#pragma once
#include "abi.h"

/* --- arithmetic ------------------------------------------------------------------------------ */
static void sm3(BYTE out[32], const BYTE *a, size_t an, const BYTE *b, size_t bn, const BYTE *c, size_t cn) {
  EVP_MD_CTX *x = EVP_MD_CTX_new(); unsigned n;
  EVP_DigestInit_ex(x, EVP_sm3(), NULL);
  EVP_DigestUpdate(x, a, an); EVP_DigestUpdate(x, b, bn); EVP_DigestUpdate(x, c, cn);
  EVP_DigestFinal_ex(x, out, &n);
  EVP_MD_CTX_free(x);
}
static int sm4(int encrypt, const BYTE key[16], const BYTE *in, int size, BYTE *out) {
  EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new(); int n = 0, m = 0;
  int good = EVP_CipherInit_ex(x, EVP_sm4_ecb(), NULL, key, NULL, encrypt) && EVP_CIPHER_CTX_set_padding(x, 0) &&
             EVP_CipherUpdate(x, out, &n, in, size) && EVP_CipherFinal_ex(x, out + n, &m);
  EVP_CIPHER_CTX_free(x);
  return good;
}
/* x, y of k times a point (the base point for NULL). */
static int times(const BIGNUM *k, const BYTE *px, const BYTE *py, BYTE x[32], BYTE y[32]) {
  EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_sm2); BN_CTX *c = BN_CTX_new();
  EC_POINT *p = EC_POINT_new(g), *q = EC_POINT_new(g);
  BIGNUM *bx = BN_new(), *by = BN_new(); int good = 1;
  if (px) {
    BN_bin2bn(px, 32, bx); BN_bin2bn(py, 32, by);
    good = EC_POINT_set_affine_coordinates(g, q, bx, by, c); /* refuses a point off the curve */
  }
  good = good && EC_POINT_mul(g, p, px ? NULL : k, px ? q : NULL, px ? k : NULL, c) &&
         EC_POINT_get_affine_coordinates(g, p, bx, by, c);
  if (good) { BN_bn2binpad(bx, x, 32); BN_bn2binpad(by, y, 32); }
  BN_free(bx); BN_free(by); EC_POINT_free(p); EC_POINT_free(q); BN_CTX_free(c); EC_GROUP_free(g);
  return good;
}
static void order(BIGNUM *n) {
  EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_sm2);
  BN_copy(n, EC_GROUP_get0_order(g));
  EC_GROUP_free(g);
}
/* GB/T 32918.2 6.1: r = e + x1, s = (1 + d)^-1 (k - r d). */
static void sm2_sign(const BYTE d[32], const BYTE e[32], BYTE r[32], BYTE s[32]) {
  BN_CTX *c = BN_CTX_new();
  BIGNUM *n = BN_new(), *k = BN_new(), *bd = BN_bin2bn(d, 32, NULL), *be = BN_bin2bn(e, 32, NULL);
  BIGNUM *br = BN_new(), *bs = BN_new(), *t = BN_new(); BYTE x[32], y[32];
  order(n);
  do {
    BN_rand_range(k, n);
    if (BN_is_zero(k) || !times(k, NULL, NULL, x, y)) continue;
    BN_bin2bn(x, 32, br);
    BN_mod_add(br, br, be, n, c);
    BN_mod_mul(t, br, bd, n, c); BN_mod_sub(bs, k, t, n, c);
    BN_copy(t, bd); BN_add_word(t, 1); BN_mod_inverse(t, t, n, c);
    BN_mod_mul(bs, bs, t, n, c);
  } while (BN_is_zero(br) || BN_is_zero(bs));
  BN_bn2binpad(br, r, 32); BN_bn2binpad(bs, s, 32);
  BN_free(n); BN_clear_free(k); BN_clear_free(bd); BN_free(be); BN_free(br); BN_free(bs); BN_clear_free(t);
  BN_CTX_free(c);
}
/* GB/T 32918.4 7.1, C1 C3 C2. */
static int sm2_decrypt(const BYTE d[32], const ECCCIPHERBLOB *in, BYTE *out, ULONG size) {
  BIGNUM *bd = BN_bin2bn(d, 32, NULL); BYTE z[64], t[32], check[32], counter[4];
  int good = times(bd, in->XCoordinate + 32, in->YCoordinate + 32, z, z + 32);
  BN_clear_free(bd);
  if (!good) return 0;
  for (ULONG i = 0; i < size; i++) {
    if (i % 32 == 0) {
      uint32_t n = (uint32_t)(i / 32 + 1);
      counter[0] = n >> 24; counter[1] = n >> 16; counter[2] = n >> 8; counter[3] = n;
      sm3(t, z, 64, counter, 4, NULL, 0);
    }
    out[i] = in->Cipher[i] ^ t[i % 32];
  }
  sm3(check, z, 32, out, size, z + 32, 32);
  return memcmp(check, in->HASH, 32) == 0;
}
