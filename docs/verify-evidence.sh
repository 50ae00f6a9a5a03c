#!/usr/bin/env bash
# 核验驿道存证包，只用 openssl、unzip、sha256sum：  verify-evidence.sh 存证包.gwe 根证书.pem
# Checks an evidence bundle of Yidao with openssl, unzip and sha256sum alone, offline:
#     verify-evidence.sh BUNDLE.gwe ROOT.pem
# ROOT.pem: one or more root certificates, from a source you trust. Exit 0: all of it holds.
# docs/VERIFYING.md explains each step; docs/FORMAT.md gives the bytes. Needs openssl 3.
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
digest_of() { sha256sum <"$1" | cut -c1-64; }
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

record() {
    local file=$1 stem=${1%.p7m} at origin size root_hex prev issuer owner
    printf '%s\n' "$file"
    if ! openssl cms -verify -binary -inform DER -in "$file" -noverify -signer "$work/signer.pem" \
        -out "$work/statement.json" 2>"$work/log"; then
        bad "签名 signature: $(tail -n 1 "$work/log")"
        return
    fi
    at=$(date -d "$(field at)" +%s) || at=0
    if [[ -e $stem.tsr ]]; then
        at=$(date -d "$(openssl ts -reply -in "$stem.tsr" -text 2>/dev/null | sed -n 's/^Time stamp: //p')" +%s) || at=0
        check "时间戳 time-stamp $(date -u -d "@$at" +%FT%TZ)" openssl ts -verify -data "$file" \
            -in "$stem.tsr" -CAfile "$root" -untrusted certs.pem -attime "$at"
    fi
    check "签名及证书 signature and certificate" openssl cms -verify -binary -inform DER -in "$file" \
        -CAfile "$root" -certfile certs.pem -purpose any -attime "$at" -out /dev/null
    check "未被吊销 not revoked" not_revoked "$work/signer.pem" "$at"
    issuer=$(field issuer) owner=node
    [[ $issuer == *.* ]] && owner=body
    check "签名单位 issuer $issuer" grep -qx "[[:space:]]*\(.*, \)\{0,1\}URI:urn:yidao:$owner:$issuer\(, .*\)\{0,1\}" \
        <(openssl x509 -in "$work/signer.pem" -noout -ext subjectAltName)
    check "事件 event $(field event)" test "${stem#*-}" = "$(field event)"
    check "所指公文 dispatch" test "$(field digest)" = "sha256:$header_digest"
    prev=$(field prev)
    if [[ $prev ]]; then
        check "接续前一条 follows an earlier record" grep -qxF "${prev#sha256:}" "$work/seen"
    else
        check "首条记录 the first record" grep -q '"seq":0[,}]' "$work/statement.json"
    fi
    digest_of "$file" >>"$work/seen"
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
header_digest=$(digest_of header.p7m)
created=$(openssl cms -verify -binary -inform DER -in header.p7m -noverify 2>/dev/null |
    grep -o '"created":"[^"]*"' | cut -d'"' -f4)
check "路由信息签名 signature of header.p7m" openssl cms -verify -binary -inform DER -in header.p7m \
    -CAfile "$root" -certfile certs.pem -purpose any -attime "$(date -d "$created" +%s)" -out /dev/null

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
