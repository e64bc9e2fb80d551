#!/usr/bin/env bash
# One search on several machines: a model_test with shard_count on Bazel's remote execution.
#
#   tests/remote_execution.sh
#
# Builds Bazel's own remote worker (needs bazel-bootstrap-source) and lets it build and run mutex3_model_long
# of this tree, which another Bazel with an output folder of its own asks for. It shows that
#   1. all four shards ran on the worker, and passed;
#   2. each explored a part of the search, and together they counted every execution exactly once.
# The worker stands for a cluster: it speaks the protocol that Buildbarn, Buildfarm and NativeLink speak.
set -euo pipefail

tree=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
target=models/published/mutex3_model_long
shards=4
source=/usr/src/bazel-bootstrap/src/tools/remote/src/main/java
worker_class=com.google.devtools.build.remote.worker.RemoteWorker
libraries='/usr/share/bazel/A-server.jar:/usr/share/java/*'

fail() { echo "remote_execution: $*" >&2; exit 1; }
needs() { [ -e "$1" ] || fail "needs $1: apt-get install --no-install-recommends $2"; }
needs "$source" bazel-bootstrap-source
needs /usr/bin/zip zip # Bazel packs what a test leaves behind with it

folder=$(mktemp -d -p "${TEST_TMPDIR:-${TMPDIR:-/var/tmp}}" remote_execution.XXXXXX)
groups=()

# In a process group of its own, which ends with this script: actions are the worker's children.
start() {
  set -m
  "$@" & groups+=($!)
  set +m
}
alive() {
  local group
  for group in "${groups[@]}"; do
    kill -0 -- "-$group" 2>/dev/null && return 0 # in a trap a bare `return` gives the script's status
  done
  return 1
}
clean_up() {
  local group signal
  for signal in TERM KILL; do
    for group in "${groups[@]}"; do kill -"$signal" -- "-$group" 2>/dev/null || true; done
    for ((i = 0; i < 50; ++i)); do alive || break; sleep 0.1; done
  done
  chmod -R u+w -- "$folder" && rm -rf -- "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

step() { # what it shows, the command
  local what=$1 start=$SECONDS
  shift
  echo "--- $what"
  "$@" || fail "$what: failed"
  echo "--- $((SECONDS - start)) s"
}

# As Debian has it, but for this: it runs whatever it is asked to, so that it had better listen to this machine only.
build_worker() {
  local main=$folder/java/${worker_class//.//}.java any='forPort(workerOptions.listenPort)'
  local own='forAddress(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), workerOptions.listenPort))'
  cp -r "$source" "$folder/java" && chmod -R u+w "$folder/java" || return
  sed -i "s/$any/$own/" "$main" && grep -qF "$own" "$main" || return
  mkdir "$folder/classes"
  find "$folder/java" -name '*.java' -exec javac -nowarn -XDsuppressNotes -d "$folder/classes" -cp "$libraries" {} +
}

free_port() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

port=''
start_worker() {
  port=$(free_port) || return
  mkdir "$folder/work" "$folder/cas"
  start java -cp "$folder/classes:$libraries" "$worker_class" --work_path="$folder/work" --cas_path="$folder/cas" \
    --listen_port="$port" --jobs="$shards" --pid_file="$folder/ready" >"$folder/worker.log" 2>&1
  until [ -s "$folder/ready" ]; do
    alive || { cat "$folder/worker.log"; return 1; }
    sleep 0.1
  done
}

# Only the worker's results count, whatever a .bazelrc.user says. The background lets a signal end the wait.
run_test() {
  cd "$tree"
  start env -u TEST_TMPDIR USER="${USER:-$(id -un)}" /usr/bin/bazel --batch --output_user_root="$folder/bazel" test \
    --remote_executor="grpc://127.0.0.1:$port" --jobs="$shards" --noremote_accept_cached --disk_cache= \
    --experimental_convenience_symlinks=ignore --build_event_json_file="$folder/events" \
    --noshow_progress --show_result=0 --color=no "//${target%/*}:${target##*/}"
  wait "${groups[-1]}"
}

judge() {
  python3 - "$folder" "$target" "$shards" <<'PYTHON'
import collections, glob, json, sys, zipfile

folder, target, shards = sys.argv[1], sys.argv[2], int(sys.argv[3])
problems = []

ran = {}
with open(f"{folder}/events") as events:
    for event in map(json.loads, events):
        if "testResult" in event and "testResult" in event["id"]:
            ran[event["id"]["testResult"]["shard"]] = event["testResult"]

expected = {}
counts = collections.defaultdict(dict)  # of each search, by shard
for shard in range(1, shards + 1):
    result = ran.get(shard, {})
    status, where = result.get("status"), result.get("executionInfo", {}).get("strategy")
    print(f"shard {shard}: {status}, {where}, {int(result.get('testAttemptDurationMillis', 0)) // 1000} s")
    if status != "PASSED":
        problems.append(f"shard {shard} did not pass")
    if where != "remote" or result.get("cachedLocally"):
        problems.append(f"shard {shard} did not run on the worker")
    logs = f"{folder}/bazel/*/execroot/*/bazel-out/*/testlogs/{target}/shard_{shard}_of_{shards}"
    [outputs] = glob.glob(f"{logs}/test.outputs/outputs.zip")
    with zipfile.ZipFile(outputs) as packed:
        record = json.loads(packed.read("results.json"))
    for check in record["results"]:
        counts[check["name"]][shard] = check["executions"]
        expected[check["name"]] = check["expected"]["executions"]

divided = [name for name, parts in counts.items() if len(parts) > 1]
if not divided:
    problems.append("no search was divided among the shards")
for name in divided:
    parts = [counts[name].get(shard, 0) for shard in range(1, shards + 1)]
    total = sum(parts)
    print(f"{name}: {' + '.join(f'{n:,}' for n in parts)} = {total:,} executions, expected {expected[name]:,}")
    if 0 in parts:
        problems.append(f"{name}: a shard had nothing to do")
    if total != expected[name]:
        problems.append(f"{name}: {total - expected[name]:+,} executions")

for problem in problems:
    print(f"FAILED: {problem}")
sys.exit(bool(problems))
PYTHON
}

step "Bazel's remote worker, from bazel-bootstrap-source" build_worker
step "the worker starts" start_worker
step "$target on the worker" run_test
step "the shards' records" judge
echo "all steps passed"
