#!/bin/bash
# Does what Flink's own entry point does before and when it starts a JobManager of one job or a TaskManager, by the same
# classes: writes settings over conf/config.yaml, asks for the sizes of memory, and runs Flink with these.
set -eu

if [ "$1" = help ]; then
  echo "Usage: $(basename "$0") (jobmanager|standalone-job|taskmanager|history-server)"
  exit 0
fi

conf=${FLINK_CONF_DIR:-$FLINK_HOME/conf}
ask() {
  java -Dlogback.configurationFile=/opt/flink/none.xml -cp "$FLINK_HOME/lib/*" org.apache.flink.runtime.util.bash.BashJavaUtils "$@" \
    2>/dev/null | sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}
settings=("-Djobmanager.rpc.address=${JOB_MANAGER_RPC_ADDRESS:-$(hostname)}" -Dblob.server.port=6124 -Dquery.server.port=6125)
if [ -n "${TASK_MANAGER_NUMBER_OF_TASK_SLOTS:-}" ]; then
  settings+=("-Dtaskmanager.numberOfTaskSlots=$TASK_MANAGER_NUMBER_OF_TASK_SLOTS")
fi
ask UPDATE_AND_GET_FLINK_CONFIGURATION --configDir "$FLINK_HOME/conf" "${settings[@]}" >/tmp/settings
cat /tmp/settings >"$FLINK_HOME/conf/config.yaml"
read -ra options <<<"$(ask UPDATE_AND_GET_FLINK_CONFIGURATION --configDir "$conf" -flatten | sed -n "s/^env.java.opts.all: //p" | tr -d "\"'")"

case $1 in
  standalone-job)
    memory=GET_JM_RESOURCE_PARAMS
    class=org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint
    ;;
  taskmanager)
    memory=GET_TM_RESOURCE_PARAMS
    class=org.apache.flink.runtime.taskexecutor.TaskManagerRunner
    ;;
  *) exec "$@" ;;
esac
shift
{
  read -ra sizes
  read -ra dynamic
} <<<"$(ask "$memory" --configDir "$conf")"
# Flink finds the job's jars by this: in the folder usrlib beside it.
export FLINK_LIB_DIR=/opt/flink/lib FLINK_CONF_DIR=$conf
exec java "${sizes[@]}" "${options[@]}" "-Dlogback.configurationFile=$conf/logback-console.xml" -cp "$FLINK_LIB_DIR/*" "$class" \
  "${dynamic[@]}" --configDir "$conf" "$@"
