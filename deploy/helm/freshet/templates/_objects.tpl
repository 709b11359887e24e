{{/*
The objects of a file of deploy/kubernetes, as a JSON array. The chart has no copies: its folders base, components, rules
and dashboards are symbolic links, which Helm follows.
Arguments: the root, the file.
*/}}
{{- define "freshet.objects" -}}
{{- $root := index . 0 -}}
{{- $file := index . 1 -}}
{{- $text := $root.Files.Get $file -}}
{{- if not $text -}}
{{- fail (printf "The chart has no %s: it was taken from a checkout without symbolic links. Make it with `helm package`." $file) -}}
{{- end -}}
{{- $objects := list -}}
{{- range regexSplit "(?m)^---$" $text -1 -}}
{{- $object := fromYaml . -}}
{{- if not $object.kind -}}
{{- fail (printf "%s: %s" $file ($object.Error | default "an object without a kind")) -}}
{{- end -}}
{{- $objects = append $objects $object -}}
{{- end -}}
{{- toJson $objects -}}
{{- end -}}

{{/*
Prints an object, with its namespace and Helm's labels.
Arguments: the root, the object.
*/}}
{{- define "freshet.print" -}}
{{- $root := index . 0 -}}
{{- $object := index . 1 -}}
{{- $labels := dict "app.kubernetes.io/instance" $root.Release.Name "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- /* Strimzi restarts Kafka when labels of these change, so they have none that change with the chart. */ -}}
{{- if not (has $object.kind (list "Kafka" "KafkaNodePool")) -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") -}}
{{- $_ := set $labels "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- end -}}
{{- $_ := set $object.metadata "namespace" $root.Release.Namespace -}}
{{- $_ := set $object.metadata "labels" (merge $labels ($object.metadata.labels | default dict)) -}}
{{- if and $root.Values.keepData (has $object.kind (list "PersistentVolumeClaim" "Kafka" "KafkaNodePool" "KafkaTopic")) -}}
{{- $_ := set $object.metadata "annotations" (dict "helm.sh/resource-policy" "keep") -}}
{{- end }}
---
{{ toYaml $object }}
{{ end -}}

{{/*
A list without its element of a name, as a JSON array.
Arguments: the list, the name.
*/}}
{{- define "freshet.without" -}}
{{- $name := index . 1 -}}
{{- $others := list -}}
{{- range index . 0 -}}
{{- if ne .name $name -}}
{{- $others = append $others . -}}
{{- end -}}
{{- end -}}
{{- toJson $others -}}
{{- end -}}

{{/* The configuration of all services, as JSON. */}}
{{- define "freshet.config" -}}
{{- $config := fromYaml (.Files.Get "base/freshet.yaml") -}}
{{- if not .Values.strimzi.enabled -}}
{{- $servers := required "kafka.bootstrapServers is wanted where strimzi.enabled is false" .Values.kafka.bootstrapServers -}}
{{- $_ := set $config.kafka "bootstrapServers" $servers -}}
{{- $_ := set $config.kafka "properties" .Values.kafka.properties -}}
{{- end -}}
{{- with .Values.store.s3.uri -}}
{{- $_ := set $config "store" . -}}
{{- end -}}
{{- if .Values.signing.enabled -}}
{{- $_ := set $config.trainer "signingKey" "/etc/freshet/signing/signing.pem" -}}
{{- $_ := set $config.serving "trustedKeys" (list "/etc/freshet/trusted/signing.pub") -}}
{{- end -}}
{{- toJson (mergeOverwrite $config (deepCopy .Values.config)) -}}
{{- end -}}
