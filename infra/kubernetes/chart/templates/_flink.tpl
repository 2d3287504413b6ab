{{/* The volume of a Flink job's state, and its rights: what Flink needs of Kubernetes. */}}
{{- define "streamclr.flink.rights" -}}
# Checkpoints, savepoints and what the JobManager remembers; a class that several nodes can write to, such as NFS.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  annotations: {helm.sh/resource-policy: keep}
spec:
  accessModes: [ReadWriteMany]
  {{- include "streamclr.claim" .job.volume | nindent 2 }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
---
# To start and end its own TaskManagers, and to keep who leads.
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
rules:
  - apiGroups: [""]
    resources: [pods, configmaps]
    verbs: [get, list, watch, create, update, patch, delete, deletecollection]
  - apiGroups: [apps]
    resources: [deployments, deployments/finalizers]
    verbs: [get, list, watch, update, patch, delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .name }}}
subjects:
  - {kind: ServiceAccount, name: {{ .name }}, namespace: {{ .root.Release.Namespace }}}
{{- end }}

{{/* Flink's settings that both jobs have. */}}
{{- define "streamclr.flink.settings" -}}
# Flink looks into the JDK itself; without these no job starts.
env.java.opts.all: >-
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.text=ALL-UNNAMED
  --add-opens=java.base/java.time=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
taskmanager.numberOfTaskSlots: {{ .job.slots | quote }}
jobmanager.scheduler: adaptive
# A subtask reads whole partitions, so that no more of them than partitions are of use.
pipeline.max-parallelism: {{ .root.Values.partitions | quote }}
taskmanager.memory.managed.size: 16m
execution.checkpointing.dir: file:///var/lib/flink/checkpoints
execution.checkpointing.savepoint-dir: file:///var/lib/flink/savepoints
execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
high-availability.type: kubernetes
high-availability.storageDir: file:///var/lib/flink/ha
kubernetes.operator.savepoint.format.type: NATIVE
kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age: 10m
job.autoscaler.enabled: {{ .job.autoscaler | quote }}
job.autoscaler.scaling.enabled: {{ .job.autoscaler | quote }}
job.autoscaler.stabilization.interval: 2m
job.autoscaler.metrics.window: 5m
job.autoscaler.utilization.target: "0.7"
job.autoscaler.vertex.max-parallelism: {{ .root.Values.partitions | quote }}
job.autoscaler.scale-down.interval: 1h
metrics.reporters: prometheus
metrics.reporter.prometheus.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
metrics.reporter.prometheus.port: "9249"
{{- end }}

{{/* The container that both jobs have, but for the volumes of its own. */}}
{{- define "streamclr.flink.container" -}}
name: flink-main-container
securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
ports: [{name: metrics, containerPort: 9249}]
# Flink finds out by itself about a TaskManager that hangs, and nobody about a JobManager.
startupProbe: {httpGet: {path: /metrics, port: metrics}, periodSeconds: 5, failureThreshold: 60}
readinessProbe: {httpGet: {path: /metrics, port: metrics}, timeoutSeconds: 5}
livenessProbe: {httpGet: {path: /metrics, port: metrics}, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6}
volumeMounts:
  - {name: state, mountPath: /var/lib/flink}
  - {name: kafka-client, mountPath: /etc/streamclr/kafka, readOnly: true}
  - {name: kafka-user, mountPath: /etc/streamclr/user, readOnly: true}
  - {name: kafka-ca, mountPath: /etc/streamclr/ca, readOnly: true}
{{- end }}

{{/* The volumes that both jobs have. */}}
{{- define "streamclr.flink.volumes" -}}
- {name: state, persistentVolumeClaim: {claimName: {{ .name }}}}
- {name: kafka-client, configMap: {name: kafka-client}}
- {name: kafka-user, secret: {secretName: {{ .name }}}}
- {name: kafka-ca, secret: {secretName: {{ .root.Values.kafka.name }}-cluster-ca-cert}}
{{- end }}
