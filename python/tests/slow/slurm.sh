#!/usr/bin/env bash
# A run on a Slurm cluster that loses a node: what is missing is found by `kofn merge --missing`, resubmitted and merged,
# and the sum equals a single run. One command does everything, from the packages of Debian to the comparison:
#
#     bash python/tests/slow/slurm.sh [KOFN]
#
# KOFN is the command, by default `kofn` of PATH. The cluster (munged, slurmctld and two slurmd) lives in a temporary
# folder, has its own ports and key, and is gone at the end. About a minute on two cores.
set -euo pipefail

parts=24
trials=2e10
nodes=(kofn1 kofn2)
lost_node=kofn2
kofn=$(realpath "$(command -v "${1:-kofn}")")
folder=$(mktemp -d "${TMPDIR:-/tmp}/kofn-slurm.XXXXXX")
export SLURM_CONF=$folder/slurm.conf

say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
show() { printf '$ %s\n' "$*"; "$@"; }
fail() { printf '\nFAILED: %s\n' "$1" >&2; exit 1; }

# Waits until a command succeeds, SECONDS at most.
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < until)) || fail "waited too long for: $*"
        sleep 0.2
    done
}

# Debian starts no daemon here, or starts one that is not ours: the cluster of this test has files of its own.
install_slurm() {
    local packages=(slurmctld slurmd slurm-client munge)
    type slurmctld slurmd sbatch munged >/dev/null 2>&1 && return
    ((EUID == 0)) || fail "Slurm is not installed; as root: apt-get install ${packages[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
}

configure() {
    mkdir -p "$folder"/{state,spool,parts}
    chmod 755 "$folder"
    printf 'scheme = "majority"\n\n[agents]\ncount = 9\nfailure_rate = 0.23\n' >"$folder/vote.toml"
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    cat >"$SLURM_CONF" <<CONF
ClusterName=kofn
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$((port))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.%n.log
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/completed
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SchedulerParameters=sched_interval=1
SlurmdParameters=config_overrides
SlurmdTimeout=10
JobRequeue=0
ReturnToService=2
NodeName=${nodes[0]} NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1
NodeName=${nodes[1]} NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
}

# Daemons stay children of this shell, so that they are ended by their numbers.
declare -A daemon
start() {
    local name=$1
    shift
    "$@" >"$folder/$name.out" 2>&1 &
    daemon[$name]=$!
}

start_munge() {
    start munged munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munged.seed"
    wait_for 10 test -S "$folder/munge.socket"
}

start_node() { start "$1" slurmd -D -N "$1" -f "$SLURM_CONF"; }

is_idle() { [[ $(sinfo --noheader --states=idle --format=%D 2>/dev/null) == "$1" ]]; }

clean_up() {
    local status=$?
    trap - EXIT
    cd /
    if ((status)); then
        tail -n 20 "$folder"/*.log "$folder"/*.out || true
    fi
    # Jobs would outlive the daemons.
    if [[ -n ${daemon[slurmctld]:-} ]]; then
        timeout 10 scancel --user="$(id -un)" --quiet 2>/dev/null || true
        timeout 10 bash -c 'while [[ -n $(squeue --noheader) ]]; do sleep 0.2; done' || true
    fi
    for name in "${!daemon[@]}"; do kill "${daemon[$name]}" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
    exit "$status"
}

# The job of one part writes who it is, so that it can be lost with its node.
write_job() {
    cat >"$folder/job.sh" <<JOB
#!/bin/bash
echo \$\$ \$SLURM_ARRAY_TASK_ID >running.\$SLURMD_NODENAME
exec $kofn simulate vote.toml --trials $trials --threads 1 --shard \$SLURM_ARRAY_TASK_ID/$parts \\
    >parts/part-\$SLURM_ARRAY_TASK_ID.json
JOB
}

submit() { show sbatch --array="$1" --output=/dev/null job.sh; }

no_job_is_left() { [[ -z $(squeue --noheader --array) ]]; }

some_parts_are_done() {
    (($(find parts -name '*.json' -size +0 | wc -l) >= 5)) && [[ -s running.$lost_node ]]
}

# The daemon of the node, the keeper of its job and the job itself, all at once: the power is cut.
lose_node() {
    local job part
    wait_for 60 some_parts_are_done
    while
        read -r job part <"running.$lost_node"
        [[ -s parts/part-$part.json || ! -e /proc/$job ]]
    do sleep 0.05; done
    kill -KILL "${daemon[$lost_node]}" "$(ps -o ppid= -p "$job" | tr -d ' ')" "$job"
    wait "${daemon[$lost_node]}" 2>/dev/null || true
    echo "$lost_node is lost while it counts part $part of $parts"
    unset "daemon[$lost_node]"
}

# What Slurm says of each job, by state.
states() { grep -o 'JobState=[A-Z_]*' completed | sort | uniq -c; }

# Runs the command, printed by its short name.
kofn() {
    printf '$ kofn %s\n' "$*" | sed 's/ parts\/part-1.json .*/ parts\/part-*.json/' >&2
    "$kofn" "$@"
}

# A port that is free with its two successors, and not one that is given to outgoing connections.
free_port() {
    local first next
    for ((first = 17002; first < 32000; first += 10)); do
        for next in 0 1 2; do
            (: >"/dev/tcp/127.0.0.1/$((first + next))") 2>/dev/null && continue 2
        done
        echo "$first"
        return
    done
    fail "no three ports are free"
}

trap clean_up EXIT
say "packages"
install_slurm
kofn --version

say "cluster of two nodes"
port=$(free_port)
configure
cd "$folder"
write_job
start_munge
start slurmctld slurmctld -D -f "$SLURM_CONF"
for node in "${nodes[@]}"; do start_node "$node"; done
wait_for 30 is_idle 2
show sbatch --version
show sinfo --Node --long
show cat vote.toml

say "a job array of $parts parts"
show cat job.sh
submit "1-$parts"
lose_node

say "until no job is left"
wait_for 300 no_job_is_left
show sinfo --Node --long
echo "how the jobs ended, according to Slurm:"
states
kofn merge parts/part-*.json && fail "merged although parts are missing"
missing=$(kofn merge --missing parts/part-*.json)
echo "$missing"
[[ -n $missing ]] || fail "no part is missing although a node was lost"

say "the node is back, the missing parts alone run again"
start_node "$lost_node"
wait_for 30 is_idle 2
submit "$missing"
wait_for 300 no_job_is_left
states
left=$(kofn merge --missing parts/part-*.json)
[[ -z $left ]] || fail "still missing: $left"

say "merged, and a single run"
merged=$(kofn merge --json parts/part-*.json)
echo "$merged"
single=$(kofn simulate vote.toml --trials "$trials" --json)
echo "$single"
[[ $merged == "$single" ]] || fail "the counts differ"
say "equal to the last trial"
