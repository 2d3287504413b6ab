{{/* An image of ours, by its name without registry and tag. */}}
{{- define "streamclr.image" -}}
{{- with .root.Values.images.registry }}{{ trimSuffix "/" . }}/{{ end -}}
streamclr/{{ .name }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* Options as the last items of a list in brackets. */}}
{{- define "streamclr.options" -}}
{{- $words := list }}
{{- range regexSplit "\\s+" (trim .) -1 }}{{ if . }}{{ $words = append $words (quote .) }}{{ end }}{{ end }}
{{- join ", " $words }}
{{- end }}

{{/* With which secrets nodes fetch images, as a field of a pod. */}}
{{- define "streamclr.pullSecrets" -}}
{{- range $i, $name := .Values.images.pullSecrets }}{{ if not $i }}imagePullSecrets: [{{ else }}, {{ end }}{name: {{ $name }}}{{ end }}
{{- if .Values.images.pullSecrets }}]{{ end }}
{{- end }}

{{/* Of a volume that is claimed. */}}
{{- define "streamclr.claim" -}}
{{- with .storageClass -}}
storageClassName: {{ . }}
{{ end -}}
resources:
  requests: {storage: {{ .size }}}
{{- end }}
