#!/usr/bin/env bash
# 核验驿道存证包，只用 openssl、unzip、sha256sum：  verify-evidence.sh 存证包.gwe 根证书.pem
# Checks an evidence bundle of Yidao with openssl, unzip and sha256sum alone, offline:
#     verify-evidence.sh BUNDLE.gwe ROOT.pem
# ROOT.pem: one or more root certificates, from a source you trust. Exit 0: all of it holds.
# docs/VERIFYING.md explains each step; docs/FORMAT.md gives the bytes. Needs openssl 3.
# SM2 signatures (suite GM) are checked by openssl pkeyutl with what lies in attrs/, because openssl
# cms, ts and verify cannot be told the signer's identity that SM2 hashes along (GB/T 35276).
set -u -o pipefail
export LC_ALL=C

(($# == 2)) || { echo "usage: $0 BUNDLE.gwe ROOT.pem" >&2; exit 64; }
bundle=$(readlink -f -- "$1") root=$(readlink -f -- "$2")
work=$(mktemp -d) || exit 70
trap 'rm -rf -- "$work"' EXIT
failures=0

good() { printf '  好 ok    %s\n' "$1"; }
bad() { printf '  错 FAIL  %s\n' "$1"; failures=$((failures + 1)); }
# check TEXT COMMAND…: runs the command and says how it went
check() { local text=$1; shift; if "$@" >"$work/log" 2>&1; then good "$text"; else bad "$text: $(tail -n 1 "$work/log")"; fi; }

hex() { od -An -v -tx1 | tr -d ' \n'; }
binary() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
# digest_of FILE NAME: as statements write it; of a GM object the SM3, else the SHA-256
digest_of() { printf '%s:%s\n' "$2" "$(openssl dgst -"$2" -r <"$1" | cut -c1-64)"; }
digests_of() { digest_of "$1" sha256; digest_of "$1" sm3; }
identity=distid:1234567812345678
# field NAME: a text field of the canonical JSON in statement.json
field() { grep -o "\"$1\":\"[^\"]*\"" "$work/statement.json" | head -n 1 | cut -d'"' -f4; }

# inclusion RECORD PROOF ROOT_HEX SIZE: RFC 9162 2.1.3.2
inclusion() {
    local fn sn value part
    fn=$(sed -n 's/^index \([0-9]\{1,18\}\)$/\1/p;/^$/q' "$2") || return 1
    [[ $fn && $fn -lt $4 ]] || return 1
    sn=$(($4 - 1))
    value=$({ printf '\0'; cat "$1"; } | sha256sum | cut -c1-64)
    while read -r line; do
        ((sn > 0)) || return 1
        part=$(printf %s "$line" | openssl base64 -d -A | hex)
        if ((fn & 1 || fn == sn)); then
            value=$(binary "01$part$value" | sha256sum | cut -c1-64)
            while ((fn > 0 && !(fn & 1))); do fn=$((fn >> 1)) sn=$((sn >> 1)); done
        else
            value=$(binary "01$value$part" | sha256sum | cut -c1-64)
        fi
        fn=$((fn >> 1)) sn=$((sn >> 1))
    done < <(awk 'NR > 2 {if ($0 == "") exit; print}' "$2")
    ((sn == 0)) && [[ $value == "$3" ]]
}

# not_revoked CERTIFICATE EPOCH: by the lists in crls.pem, which must be signed by the issuer.
# A revocation after the proven time does no harm.
not_revoked() {
    local when=$2 newest=0 updated serial since
    rm -f "$work"/crl-*
    awk -v base="$work/crl-" '/BEGIN X509 CRL/{n++} {print > (base n ".pem")}' crls.pem
    for crl in "$work"/crl-*.pem; do
        updated=$(date -d "$(openssl crl -in "$crl" -noout -lastupdate | cut -d= -f2)" +%s)
        ((updated > newest)) && newest=$updated
    done
    ((newest > when)) && when=$newest
    openssl verify -attime "$when" -crl_check -CRLfile crls.pem -CAfile "$root" -untrusted certs.pem \
        -purpose any "$1" >"$work/revocation" 2>&1 && return 0
    grep -q 'certificate revoked' "$work/revocation" || { cat "$work/revocation"; return 1; }
    serial=$(openssl x509 -in "$1" -noout -serial | cut -d= -f2)
    since=$(for crl in "$work"/crl-*.pem; do openssl crl -in "$crl" -noout -text; done |
        grep -A1 "Serial Number: $serial" | sed -n 's/.*Revocation Date: //p' | head -n 1)
    [[ $since ]] && (($(date -d "$since" +%s) > $2)) || { echo "certificate revoked $since"; return 1; }
}

# --- SM2 ----------------------------------------------------------------------------------------
# sm2_signature CMS SIDE CONTENT: the signature of a CMS by its attrs/SIDE.*; writes its content.
# What lies beside it must be what stands in it; the signed attributes must name content and signer.
sm2_signature() {
    local file=$1 side=attrs/$2 whole attributes certificate
    openssl cms -verify -noverify -nosigs -binary -inform DER -in "$file" -out "$3" || return 1
    whole=$(hex <"$file") attributes=$(hex <"$side.der")
    [[ $attributes == 31* && $whole == *"a0${attributes:2}"* && $whole == *"$(hex <"$side.sig")"* ]] ||
        { echo "$side is not of $file"; return 1; }
    [[ $attributes == *06092a864886f70d01090431220420$(digest_of "$3" sm3 | cut -c5-)* ]] ||
        { echo "other content"; return 1; }
    openssl x509 -in "$side.pem" -outform DER -out "$work/side.der" || return 1
    certificate=$(digest_of "$work/side.der" sm3 | cut -c5-)
    [[ $attributes == *0420$certificate* ]] || { echo "other certificate"; return 1; }
    openssl pkeyutl -verify -certin -inkey "$side.pem" -rawin -digest sm3 -pkeyopt "$identity" \
        -sigfile "$side.sig" -in "$side.der"
}

# split PEM PREFIX: each block of a PEM file as PREFIX-1.pem, PREFIX-2.pem, …
split() { awk -v base="$2-" '/-----BEGIN /{n++} n {print > (base n ".pem")}' "$1"; }

# name_of FIELD KIND FILE: the subject or issuer of a certificate (x509) or list (crl)
name_of() { openssl "$2" -in "$3" -noout "-$1" | cut -d= -f2-; }

# sm2_prepare: once, every issuer by its name, roots first, and every list by its issuer's name
sm2_prepare() {
    local file
    [[ -e $work/issuers ]] && return
    split "$root" "$work/root"; split certs.pem "$work/ca"; split crls.pem "$work/crl"
    for file in "$work"/root-*.pem "$work"/ca-*.pem; do
        printf '%s\t%s\n' "$file" "$(name_of subject x509 "$file")"
    done >"$work/issuers"
    for file in "$work"/crl-*.pem; do
        printf '%s\t%s\n' "$file" "$(name_of issuer crl "$file")"
    done >"$work/lists"
}

# named LIST NAME: the files of that name
named() { awk -F'\t' -v name="$2" '$2 == name {print $1}' "$1"; }

# sm2_chain CERTIFICATE EPOCH: link by link up to a root, each signature, validity and revocation.
sm2_chain() {
    local current=$1 steps found
    sm2_prepare
    for steps in 1 2 3 4 5; do
        found=
        while read -r ca; do
            openssl verify -attime "$2" -partial_chain -vfyopt "$identity" -purpose any \
                -CAfile "$ca" "$current" >"$work/link" 2>&1 && { found=$ca; break; }
        done < <(named "$work/issuers" "$(name_of issuer x509 "$current")")
        [[ $found ]] || { cat "$work/link" 2>/dev/null; echo "no issuer of $(basename "$current")"; return 1; }
        sm2_not_revoked "$current" "$found" "$2" || return 1
        [[ $found == "$work"/root-* ]] && return 0
        current=$found
    done
    echo "a chain without an end after $steps links"; return 1
}

# part FILE NUMBER OUT: the n-th part of a signed DER SEQUENCE (1: what is signed, 3: the signature)
part() {
    local at
    at=$(openssl asn1parse -inform DER -in "$1" | grep -E '^ *[0-9]+:d=1 ' | sed -n "$2s/^ *\([0-9]*\):.*/\1/p")
    openssl asn1parse -inform DER -in "$1" -strparse "$at" -noout -out "$3"
}

# sm2_signed_list LIST ISSUER: whether the issuer signed it; asked once of each pair
sm2_signed_list() {
    local known=$1.$(basename "$2")
    [[ -e $known ]] && return "$(cat "$known")"
    openssl crl -in "$1" -outform DER -out "$work/crl.der" &&
        part "$work/crl.der" 1 "$work/crl.tbs" && part "$work/crl.der" 3 "$work/crl.sig" &&
        openssl pkeyutl -verify -certin -inkey "$2" -rawin -digest sm3 -pkeyopt "$identity" \
            -sigfile "$work/crl.sig" -in "$work/crl.tbs" >/dev/null 2>&1
    echo $? >"$known"
    return "$(cat "$known")"
}

# sm2_not_revoked CERTIFICATE ISSUER EPOCH: by a list that the issuer signed and that reaches so far
sm2_not_revoked() {
    local serial since good=
    serial=$(name_of serial x509 "$1")
    while read -r crl; do
        sm2_signed_list "$crl" "$2" || continue
        (($(date -d "$(name_of nextupdate crl "$crl")" +%s) >= $3)) && good=yes
        since=$(openssl crl -in "$crl" -noout -text | grep -A1 "Serial Number: $serial\$" |
            sed -n 's/.*Revocation Date: //p' | head -n 1)
        [[ $since ]] && (($(date -d "$since" +%s) <= $3)) && { echo "revoked $since"; return 1; }
    done < <(named "$work/lists" "$(name_of subject x509 "$2")")
    [[ $good ]] || { echo "no list of the issuer reaches that time"; return 1; }
}

# sm2_timestamp FILE TSR SIDE: its content names the SM3 of the file, and it is of a stamp's key
sm2_timestamp() {
    openssl ts -reply -in "$2" -token_out -out "$work/token.der" 2>/dev/null &&
        sm2_signature "$work/token.der" "$3" "$work/tst.der" &&
        [[ $(hex <"$work/tst.der") == *06082a811ccf550183110420$(digest_of "$1" sm3 | cut -c5-)* ]] ||
        { echo "a time-stamp of other data"; return 1; }
    openssl x509 -in "attrs/$3.pem" -noout -ext extendedKeyUsage | grep -q 'Time Stamping'
}

# signed FILE NN OUT: the signature of a record or the header; its content and signer.pem
signed() {
    if [[ -e attrs/$2.der ]]; then
        cp "attrs/$2.pem" "$work/signer.pem" && sm2_signature "$1" "$2" "$3"
    else
        openssl cms -verify -binary -inform DER -in "$1" -noverify -signer "$work/signer.pem" -out "$3"
    fi
}

# trusted FILE NN EPOCH: signature and path of the signer up to a root
trusted() {
    if [[ -e attrs/$2.der ]]; then
        sm2_chain "attrs/$2.pem" "$3"
    else
        openssl cms -verify -binary -inform DER -in "$1" -CAfile "$root" -certfile certs.pem \
            -purpose any -attime "$3" -out /dev/null
    fi
}

record() {
    local file=$1 stem=${1%.p7m} number=${1%%-*} at origin size root_hex prev issuer owner
    printf '%s\n' "$file"
    if ! signed "$file" "$number" "$work/statement.json" >"$work/log" 2>&1; then
        bad "签名 signature: $(tail -n 1 "$work/log")"
        return
    fi
    at=$(date -d "$(field at)" +%s) || at=0
    if [[ -e $stem.tsr ]]; then
        at=$(date -d "$(openssl ts -reply -in "$stem.tsr" -text 2>/dev/null | sed -n 's/^Time stamp: //p')" +%s) || at=0
        if [[ -e attrs/$number-tsr.der ]]; then
            check "时间戳 time-stamp $(date -u -d "@$at" +%FT%TZ)" sm2_timestamp "$file" "$stem.tsr" "$number-tsr"
            check "时间戳证书 its certificate" sm2_chain "attrs/$number-tsr.pem" "$at"
        else
            check "时间戳 time-stamp $(date -u -d "@$at" +%FT%TZ)" openssl ts -verify -data "$file" \
                -in "$stem.tsr" -CAfile "$root" -untrusted certs.pem -attime "$at"
        fi
    fi
    check "签名及证书 signature and certificate" trusted "$file" "$number" "$at"
    [[ -e attrs/$number.der ]] || check "未被吊销 not revoked" not_revoked "$work/signer.pem" "$at"
    issuer=$(field issuer) owner=node
    [[ $issuer == *.* ]] && owner=body
    check "签名单位 issuer $issuer" grep -qx "[[:space:]]*\(.*, \)\{0,1\}URI:urn:yidao:$owner:$issuer\(, .*\)\{0,1\}" \
        <(openssl x509 -in "$work/signer.pem" -noout -ext subjectAltName)
    check "算法体系 suite" test "$(field suite)" = "$([[ -e attrs/$number.der ]] && echo GM || echo INTL)"
    check "事件 event $(field event)" test "${stem#*-}" = "$(field event)"
    check "所指公文 dispatch" grep -qxF "$(field digest)" "$work/header"
    prev=$(field prev)
    if [[ $prev ]]; then
        check "接续前一条 follows an earlier record" grep -qxF "$prev" "$work/seen"
    else
        check "首条记录 the first record" grep -q '"seq":0[,}]' "$work/statement.json"
    fi
    digests_of "$file" >>"$work/seen"
    sed '1,/^$/d' "$stem.proof" >"$work/checkpoint"
    sed -n '1,3p' "$work/checkpoint" >"$work/body"
    { read -r origin; read -r size; read -r line; } <"$work/body"
    root_hex=$(printf %s "$line" | openssl base64 -d -A | hex)
    grep -F "— $origin " "$work/checkpoint" | head -n 1 | sed 's/.* //' | openssl base64 -d -A |
        tail -c +5 >"$work/signature"
    check "日志检查点 checkpoint $origin $size" openssl pkeyutl -verify -rawin -pubin \
        -inkey "log-keys/${origin#yidao/}.pem" -sigfile "$work/signature" -in "$work/body"
    [[ $size =~ ^[1-9][0-9]{0,17}$ ]] || size=0
    check "入账证明 inclusion" inclusion "$file" "$stem.proof" "$root_hex" "$size"
}

unzip -q -d "$work/bundle" "$bundle" || { bad "不是存证包 not a bundle"; exit 1; }
cd "$work/bundle" || exit 70
: >"$work/seen"
for needed in header.p7m certs.pem crls.pem manifest.sha256; do
    [[ -f $needed ]] || { bad "缺少 $needed is missing"; exit 1; }
done

echo "存证包 bundle"
check "各文件散列 digests of the files" sha256sum --quiet --strict -c manifest.sha256
check "没有清单以外的文件 no file beside those listed" diff \
    <(cut -c67- manifest.sha256 | sort) <(find . -type f ! -name manifest.sha256 | cut -c3- | sort)
digests_of header.p7m >"$work/header"
check "路由信息签名 signature of header.p7m" signed header.p7m 00 "$work/header.json"
created=$(grep -o '"created":"[^"]*"' "$work/header.json" | cut -d'"' -f4)
check "路由信息签名 certificate of header.p7m" trusted header.p7m 00 "$(date -d "$created" +%s)"

mapfile -t records < <(find . -maxdepth 1 -name '[0-9]*-*.p7m' -printf '%f\n' | sort -n)
((${#records[@]})) || bad "没有记录 no records"
for file in "${records[@]}"; do record "$file"; done

echo "日志公钥（请与通讯录核对） keys of the logs, to compare with the directory"
for key in log-keys/*.pem; do
    printf '  %s %s\n' "$key" "$(openssl pkey -pubin -in "$key" -outform DER | tail -c 32 | hex)"
done
if ((failures)); then
    printf '结论：%d 处不符，不可采信。 Result: %d faults; do not rely on it.\n' "$failures" "$failures"
    exit 1
fi
printf '结论：%d 条记录全部成立。 Result: all %d records hold.\n' "${#records[@]}" "${#records[@]}"
