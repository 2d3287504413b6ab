{{/* The pod of a lone trainer, whose set brings the volume runs, and of each of several ranks. */}}
{{- define "streamclr.trainer.pod" -}}
{{- $several := gt (int .Values.trainer.ranks) 1 }}
{{- $devices := list }}
{{- range until (int .Values.trainer.gpus) }}{{ $devices = append $devices (printf "gpu:%d" .) }}{{ end -}}
{{- with include "streamclr.pullSecrets" . }}
{{ . }}
{{- end }}
{{- with .Values.trainer.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.trainer.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .Values.trainer.runtimeClass }}
runtimeClassName: {{ . }}
{{- end }}
automountServiceAccountToken: false
# It ends its step and saves a checkpoint before it goes.
terminationGracePeriodSeconds: 120
securityContext:
  {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
containers:
  - name: trainer
    image: {{ include "streamclr.image" (dict "root" . "name" (ternary "trainer-cuda" "trainer" (gt (len $devices) 0))) }}
    args:
      [--kafka-config, /etc/streamclr/kafka/client.properties, --metrics-port, "9400", --metrics-host, 0.0.0.0,
       --run, {{ .Values.trainer.run | quote }}, --checkpoints, /var/lib/streamclr/runs,{{ with $devices }} --device, {{ join "," . | quote }},{{ end }}
       {{ include "streamclr.options" .Values.trainer.options }}]
    {{- if $several }}
    # Which rank a pod is, Kubernetes says in JOB_COMPLETION_INDEX.
    env:
      - {name: WORLD_SIZE, value: {{ .Values.trainer.ranks | quote }}}
      - {name: MASTER_ADDR, value: trainer-ranks-0-0.trainer-ranks}
      - {name: MASTER_PORT, value: "29500"}
      - {name: STREAMCLR_RANKS_SECRET_FILE, value: /etc/streamclr/ranks/secret}
      {{- with .Values.trainer.offHeap }}
      - {name: JDK_JAVA_OPTIONS, value: "-XX:MaxDirectMemorySize={{ . }}"}
      {{- end }}
    ports: [{name: metrics, containerPort: 9400}, {name: ranks, containerPort: 29500}]
    {{- else }}
    {{- with .Values.trainer.offHeap }}
    env: [{name: JDK_JAVA_OPTIONS, value: "-XX:MaxDirectMemorySize={{ . }}"}]
    {{- end }}
    ports: [{name: metrics, containerPort: 9400}]
    {{- end }}
    # Whether the process answers; whether it learns, the alerts watch.
    startupProbe: {httpGet: {path: /-/healthy, port: metrics}, periodSeconds: 5, failureThreshold: 60}
    readinessProbe: {httpGet: {path: /-/healthy, port: metrics}, timeoutSeconds: 5}
    livenessProbe: {httpGet: {path: /-/healthy, port: metrics}, periodSeconds: 20, timeoutSeconds: 5}
    resources:
      requests: {cpu: {{ .Values.trainer.cpu | quote }}, memory: {{ .Values.trainer.memory }}}
      limits: {memory: {{ .Values.trainer.memory }}{{ if $devices }}, {{ .Values.trainer.gpuResource }}: {{ .Values.trainer.gpus }}{{ end }}}
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
    volumeMounts:
      - {name: runs, mountPath: /var/lib/streamclr/runs}
      - {name: scratch, mountPath: /var/lib/streamclr/engine, subPath: engine}
      - {name: scratch, mountPath: /tmp, subPath: tmp}
      - {name: kafka-client, mountPath: /etc/streamclr/kafka, readOnly: true}
      - {name: kafka-user, mountPath: /etc/streamclr/user, readOnly: true}
      - {name: kafka-ca, mountPath: /etc/streamclr/ca, readOnly: true}
      {{- if $several }}
      - {name: ranks, mountPath: /etc/streamclr/ranks, readOnly: true}
      {{- end }}
volumes:
  - {name: scratch, emptyDir: {}}
  - {name: kafka-client, configMap: {name: kafka-client}}
  - {name: kafka-user, secret: {secretName: trainer}}
  - {name: kafka-ca, secret: {secretName: {{ .Values.kafka.name }}-cluster-ca-cert}}
  {{- if $several }}
  - {name: ranks, secret: {secretName: {{ .Values.trainer.ranksSecret }}, defaultMode: 0440}}
  - {name: runs, persistentVolumeClaim: {claimName: runs-trainer-0}}
  {{- end }}
{{- end }}
