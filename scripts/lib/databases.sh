# shellcheck shell=bash
# Installs the servers and drivers that `scripts/bench databases` uses. Sourced by it.

# shellcheck source=scripts/lib/python.sh
source "$ROOT/scripts/lib/python.sh"

# Debian's packages. What cannot be installed is reported by the benchmark, which measures the rest.
install_servers() {
    local -a packages=()
    first_existing /usr/lib/postgresql/*/bin/initdb >/dev/null || packages+=(postgresql)
    # Programs without a service.
    [[ -x /usr/sbin/mariadbd && -x /usr/bin/my_print_defaults ]] || packages+=(mariadb-server-core mariadb-client-core)
    [[ ${#packages[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
        say "Not installed: ${packages[*]}. On Debian: apt-get install ${packages[*]}"
        return 0
    fi
    say "Installing ${packages[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq "${packages[@]}" >&2 ||
        say "Could not install ${packages[*]}"
}

# Into a folder of their own: Home Assistant's environment stays as it is pinned.
install_drivers() {
    local pins="$ROOT/requirements/databases.txt" drivers="$TOOLS/database-drivers"
    install_tool "$UV_REQUIREMENT"
    if ! cmp --silent "$pins" "$drivers/.installed"; then
        rm -rf "$drivers"
        "$TOOLS/uv/bin/uv" pip install --quiet --require-hashes --no-deps \
            --python "$ROOT/.venv-2026.11/bin/python" --target "$drivers" --requirement "$pins"
        cp "$pins" "$drivers/.installed"
    fi
    export PYTHONPATH="$drivers${PYTHONPATH:+:$PYTHONPATH}"
}
