/* GM/T 0016: its structures and numbers, from the standard's text. */
#pragma once
#include <dirent.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if defined(SKF_ULONG) && SKF_ULONG == 8
typedef uint64_t ULONG;
#else
typedef uint32_t ULONG;
#endif
typedef uint8_t BYTE;
typedef char CHAR;
typedef int32_t BOOL;
typedef void *HANDLE;
#define API __attribute__((visibility("default")))

#pragma pack(push, 1)
typedef struct { BYTE major, minor; } VERSION;
typedef struct {
  VERSION Version; CHAR Manufacturer[64]; CHAR Issuer[64]; CHAR Label[32]; CHAR SerialNumber[32];
  VERSION HWVersion; VERSION FirmwareVersion;
  ULONG AlgSymCap, AlgAsymCap, AlgHashCap, DevAuthAlgId, TotalSpace, FreeSpace;
  ULONG MaxECCBufferSize, MaxBufferSize; BYTE Reserved[64];
} DEVINFO;
typedef struct { ULONG AlgID, BitLen; BYTE Modulus[256]; BYTE PublicExponent[4]; } RSAPUBLICKEYBLOB;
typedef struct { ULONG BitLen; BYTE XCoordinate[64]; BYTE YCoordinate[64]; } ECCPUBLICKEYBLOB;
typedef struct { BYTE XCoordinate[64], YCoordinate[64], HASH[32]; ULONG CipherLen; BYTE Cipher[1]; } ECCCIPHERBLOB;
typedef struct { BYTE r[64], s[64]; } ECCSIGNATUREBLOB;
typedef struct {
  ULONG Version, ulSymmAlgID, ulBits; BYTE cbEncryptedPriKey[64];
  ECCPUBLICKEYBLOB PubKey; ECCCIPHERBLOB ECCCipherBlob;
} ENVELOPEDKEYBLOB;
typedef struct { BYTE IV[32]; ULONG IVLen, PaddingType, FeedBitLen; } BLOCKCIPHERPARAM;
typedef struct { CHAR FileName[32]; ULONG FileSize, ReadRights, WriteRights; } FILEATTRIBUTE;
#pragma pack(pop)

enum {
  OK = 0, FAIL = 0x0A000001, NOTSUPPORTED = 0x0A000003, INVALIDHANDLE = 0x0A000005,
  INVALIDPARAM = 0x0A000006, NAMELEN = 0x0A000009, KEYUSAGE = 0x0A00000A, INDATALEN = 0x0A000010,
  INDATA = 0x0A000011, KEYNOTFOUND = 0x0A00001B, CERTNOTFOUND = 0x0A00001C, TOOSMALL = 0x0A000020,
  NOTEVENT = 0x0A000022, REMOVED = 0x0A000023, PININCORRECT = 0x0A000024, PINLOCKED = 0x0A000025,
  PINLEN = 0x0A000027, NOTLOGGEDIN = 0x0A00002D, NOAPPLICATION = 0x0A00002E,
  FILEEXISTS = 0x0A00002F, NOROOM = 0x0A000030, NOFILE = 0x0A000031, MAXCONTAINERS = 0x0A000032,
  OVERFILE = 0x0B000034, NOCONTAINER = 0x0B000035, CONTAINEREXISTS = 0x0B000036
};
enum { SM4_ECB = 0x401, RSA_ID = 0x10000, SM2_SIGN = 0x20100, MAXBUFFER = 512, CONTAINERS = 4, FILES = 8, ROOM = 16384 };
