# Sourced by the commands of the repository: installs what they lack when root, else says exactly what to install.

# The packages that the product itself runs on: rendering in its sandbox.
runtime_packages=(poppler-utils bubblewrap fonts-dejavu-core tzdata)
# What the tests meet that we did not write.
peer_packages=(libspandsp2 libtiff6 sip-tester kamailio kamailio-tls-modules rtpengine-daemon openssl python3-minimal
  python3-cryptography softhsm2 postgresql-15 gcc libc6-dev curl jq nmap chromium)

need() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "These Debian packages are missing. Install them, then run this again:" >&2
    echo "  sudo apt-get install ${missing[*]}" >&2
    return 69
  fi
  echo "installing ${missing[*]}" >&2
  apt-get update -qq >&2 || true
  # Debian's PostgreSQL would make a cluster of its own; the tests make theirs in a folder for a test
  # (tests/TestKit/Peers/PostgreSql). An administrator's file of this name stays as it is.
  if [[ " ${missing[*]} " == *" postgresql-"* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  # RUNLEVEL=1: a peer that is only a test tool must not come up as a service of this machine.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/tmp/hermetic-apt.log 2>&1 || { echo "apt-get could not install them:" >&2; tail -20 /tmp/hermetic-apt.log >&2; return 69; }
}

# need_npm NAME VERSION: a peer from the npm registry, in artifacts/tools/NAME; node and npm come with it.
need_npm() {
  local folder=artifacts/tools/$1
  [ "$(sed -nE 's/^  "version": "(.*)",$/\1/p' "$folder/node_modules/$1/package.json" 2>/dev/null)" = "$2" ] && return 0
  command -v node >/dev/null || need nodejs || return
  command -v npm >/dev/null || need npm || return
  echo "installing $1 $2" >&2
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --loglevel error "$1@$2" >&2 ||
    { echo "npm could not install $1 $2: the tests need it" >&2; return 69; }
}

# The S3 server that the vault's tests meet.
need_s3_peer() { need_npm s3rver 3.7.1; }

# What judges the portal's pages (WCAG 2.2 AA).
need_axe() { need_npm axe-core 4.14.1; }

need_dotnet() {
  command -v dotnet >/dev/null && dotnet --version >/dev/null 2>&1 && return 0
  echo "The .NET 10 SDK is missing (global.json says which). Install it, then run this again." >&2
  return 69
}

# build_release PROJECT: builds it quietly; what the compiler says appears only when it fails.
build_release() {
  local log status=0
  log=$(mktemp)
  dotnet build "$1" -c Release -v q -nologo --tl:off >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || { cat "$log" >&2; }
  rm -f "$log"
  return "$status"
}
