#!/usr/bin/env bash
# Everything the two commands of the README need, on a Debian-family machine: system packages, the
# virtual environment, the fonts. Quick when it has been done before; prints what it is doing.
#
#   tools/setup.sh run     what `make demo` needs
#   tools/setup.sh dev     what `make test` and `make check` need besides
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-run}
python=${PYTHON:-python3}

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

# --- system packages ---------------------------------------------------------------------------
# SoftHSM is the stand-in UKEY; openssl, poppler and qpdf are the outside judges; the rest is what
# a PyQt6 window needs from the system, and the fonts that the free set is made from.
packages=(
  ca-certificates python3-venv
  softhsm2 openssl poppler-utils qpdf libnss3-tools unzip xxd
  libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3 libglib2.0-0
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0
  libxcb-xkb1 libxcb-xinerama0 libxcb-randr0
  fonts-noto-cjk fonts-lxgw-wenkai
)
# The C compiler builds the SKF driver that the tests talk to.
[ "$mode" = dev ] && packages+=(xvfb xauth strace libreoffice-writer-nogui gcc libc6-dev libssl-dev)

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    # A replacement that provides the package under another name also counts as installed.
    status=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | head -1 || true)
    [ "$status" = installed ] || missing+=("$package")
  done
else
  die "本机不是 Debian 系列系统（没有 dpkg）。请自行安装以下软件后重试：${packages[*]}
This is not a Debian-family machine. Install the counterparts of: ${packages[*]}"
fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then sudo=(); elif sudo -n true 2>/dev/null; then sudo=(sudo); else
    die "缺少 ${#missing[@]} 个系统软件包，而当前用户没有安装权限。尚未改动任何内容。请管理员执行：
System packages are missing and this user may not install them. Nothing was changed. As root, run:

  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}

然后重新运行同一条命令。 Then run the same command again."
  fi
  say "安装系统软件包 installing system packages (${#missing[@]}): ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" \
    | awk '/^Get:|^Setting up/ {n++; if (n % 10 == 0) {printf "    %d … %s\n", n, $0; fflush()}}'
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || die "需要 Python 3.11 或更高版本。 Python 3.11 or newer is needed."

# --- virtual environment -----------------------------------------------------------------------
lock=requirements.lock
[ "$mode" = dev ] && lock=requirements-dev.lock
stamp=.venv/.yidao-$mode
want=$(cat "$lock" requirements-build.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  say "建立虚拟环境 creating the virtual environment .venv"
  rm -rf .venv
  "$python" -m venv .venv
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
  say "安装 Python 依赖 installing Python packages from $lock (hashes checked)"
  # The locks name every package, so nothing is left to resolve: with --no-deps no release of tomorrow
  # can slip in. (An older pip takes a name with extras, coverage[toml], for one that the lock lacks.)
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes --no-deps \
    -r requirements-build.lock
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes --no-deps -r "$lock" \
    | awk '/^Collecting|^Installing|^Successfully/ {n++; if ($1 != "Collecting" || n % 10 == 0) {print "    " substr($0, 1, 100); fflush()}}'
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --quiet --no-deps \
    --no-build-isolation -e .
  .venv/bin/python -m pip check --disable-pip-version-check >/dev/null \
    || die "依赖锁不完整：pip check 未通过。 The lock lacks a package: see .venv/bin/pip check."
  echo "$want" > "$stamp"
fi

# --- fonts -------------------------------------------------------------------------------------
.venv/bin/python -m tools.fonts
