#!/usr/bin/env bash
# The shell steps of action.yml, which says what the inputs mean.
#
# gate.sh install: install gopybench from the action's own checkout, with the
# packages that requirements.txt pins, where nothing else is touched.
#
# gate.sh compare: run the gate and add its report to the job's summary. Exit
# codes are the gate's: 1, something got worse; 2, inconclusive, or 0 for it if
# INCONCLUSIVE is pass. An error is 2 whatever INCONCLUSIVE says.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
venv=$RUNNER_TEMP/gopybench

# GitHub shows such a line on the page of the run.
say() { echo "::$1 title=gopybench gate::$2" >&2; }

fail() {
    say error "$1"
    exit 2
}

install() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
        fail "gopybench needs Python 3.10 or newer: set the input python to 3.13"
    python3 -m venv --clear "$venv"
    local pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check)
    "${pip[@]}" --require-hashes -r "$checkout/requirements-build.txt"
    "${pip[@]}" --require-hashes --no-build-isolation -r "$checkout/requirements.txt"
    "${pip[@]}" --no-deps --no-build-isolation "$checkout"
}

compare() {
    local base=${BASE:-${GITHUB_BASE_REF:-$DEFAULT_BRANCH}} line shallow tip fork
    [[ $INCONCLUSIVE == fail || $INCONCLUSIVE == pass ]] ||
        fail "the input inconclusive is fail or pass, not $INCONCLUSIVE"
    shallow=$(git rev-parse --is-shallow-repository) ||
        fail "no git repository here: run actions/checkout first, with fetch-depth: 0"
    [ "$shallow" = false ] ||
        fail "a shallow clone does not show what HEAD and $base have in common: give actions/checkout fetch-depth: 0"
    # The remote's branch goes first: a branch of the same name here may be older.
    tip=$(git rev-parse --verify --quiet "refs/remotes/origin/$base^{commit}" ||
        git rev-parse --verify --quiet "$base^{commit}") ||
        fail "no branch, tag or commit '$base' here: give actions/checkout fetch-depth: 0, or this action another base"
    fork=$(git merge-base "$tip" HEAD) || fail "HEAD and $base have no commit in common"

    local options=(--format=markdown)
    while IFS= read -r line; do [ -z "$line" ] || options+=("--environment=$line"); done <<<"$ENVIRONMENTS"
    while IFS= read -r line; do [ -z "$line" ] || options+=("--bench=$line"); done <<<"$BENCH"
    [ -z "$THRESHOLD" ] || options+=("--threshold=$THRESHOLD")
    [ -z "$BUDGET" ] || options+=("--budget=$BUDGET")
    [ -z "$CONFIG" ] || options+=("--config=$CONFIG")

    local report=$RUNNER_TEMP/gopybench-gate.md code=0
    # A Go that is here goes before the one that is pinned.
    PATH=$PATH:$venv/bin "$venv/bin/gopybench" gate "${options[@]}" "$fork" "$(git rev-parse HEAD)" >"$report" || code=$?
    tee -a "$GITHUB_STEP_SUMMARY" <"$report"
    [ -s "$report" ] || fail "nothing was compared; the log of this step says why"
    case $code$INCONCLUSIVE in
    1*) say error "benchmarks got worse; the summary of this job names them" ;;
    2fail) say error "inconclusive; the summary of this job says why" ;;
    2pass)
        say warning "inconclusive; the summary of this job says why"
        code=0
        ;;
    esac
    exit "$code"
}

case ${1-} in
install | compare) "$1" ;;
*) fail "usage: gate.sh install | compare" ;;
esac
