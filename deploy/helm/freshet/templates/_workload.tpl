{{/*
Changes a Deployment or StatefulSet of deploy/kubernetes, which has one container, as the values say.
Arguments: the root, the object, the values of this workload.
*/}}
{{- define "freshet.workload" -}}
{{- $root := index . 0 -}}
{{- $object := index . 1 -}}
{{- $values := index . 2 -}}
{{- $name := $object.metadata.name -}}
{{- $template := $object.spec.template -}}
{{- $pod := $template.spec -}}
{{- $container := index $pod.containers 0 -}}
{{- $image := $root.Values.image -}}
{{- $gpu := dig "gpu" "enabled" false $values -}}
{{- $digest := $gpu | ternary (dig "gpu" "imageDigest" "" $values) $image.digest -}}
{{- $tag := printf "%s%s" ($image.tag | default $root.Chart.AppVersion) ($gpu | ternary "-gpu" "") -}}
{{- $_ := set $container "image" (empty $digest | ternary (printf "%s:%s" $image.repository $tag) (printf "%s@%s" $image.repository $digest)) -}}
{{- with $image.pullPolicy -}}
{{- $_ := set $container "imagePullPolicy" . -}}
{{- end -}}
{{- with $root.Values.imagePullSecrets -}}
{{- $_ := set $pod "imagePullSecrets" . -}}
{{- end -}}
{{- with $values.resources -}}
{{- $_ := set $container "resources" (deepCopy .) -}}
{{- end -}}
{{- if $gpu -}}
{{- $_ := set $container.resources.limits "nvidia.com/gpu" $values.gpu.count -}}
{{- $_ := set $pod "tolerations" (list (dict "key" "nvidia.com/gpu" "operator" "Exists" "effect" "NoSchedule")) -}}
{{- end -}}
{{- range $container.env -}}
{{- if eq (dig "valueFrom" "secretKeyRef" "name" "" .) "freshet" -}}
{{- $_ := set .valueFrom.secretKeyRef "name" $root.Values.tokensSecret -}}
{{- end -}}
{{- end -}}

{{- /* A Kafka that is not Strimzi's. */ -}}
{{- if not $root.Values.strimzi.enabled -}}
{{- $credentials := "FRESHET__KAFKA__PROPERTIES__SASL_JAAS_CONFIG" -}}
{{- $user := index $root.Values.kafka.users $name -}}
{{- if $user -}}
{{- range $container.env -}}
{{- if eq .name $credentials -}}
{{- $_ := set .valueFrom.secretKeyRef "name" $user -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- $_ := set $container "env" (include "freshet.without" (list $container.env $credentials) | fromJsonArray) -}}
{{- end -}}
{{- with $root.Values.kafka.caSecret -}}
{{- range $pod.volumes -}}
{{- if eq .name "kafka-ca" -}}
{{- $_ := set .secret "secretName" $root.Values.kafka.caSecret -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- $_ := set $pod "volumes" (include "freshet.without" (list $pod.volumes "kafka-ca") | fromJsonArray) -}}
{{- $_ := set $container "volumeMounts" (include "freshet.without" (list $container.volumeMounts "kafka-ca") | fromJsonArray) -}}
{{- end -}}
{{- end -}}

{{- /* Claims of yours, and a bucket in place of one. */ -}}
{{- $claims := dict "models" $root.Values.store.volume.existingClaim "labeled" $root.Values.labeled.existingClaim "trainer" $root.Values.trainer.volume.existingClaim -}}
{{- range $pod.volumes -}}
{{- if .persistentVolumeClaim -}}
{{- $_ := set .persistentVolumeClaim "claimName" (index $claims .persistentVolumeClaim.claimName | default .persistentVolumeClaim.claimName) -}}
{{- end -}}
{{- end -}}
{{- $s3 := $root.Values.store.s3 -}}
{{- if and $s3.uri (ne $name "ingest") -}}
{{- $_ := set $pod "volumes" (include "freshet.without" (list $pod.volumes "models") | fromJsonArray) -}}
{{- $_ := set $container "volumeMounts" (include "freshet.without" (list $container.volumeMounts "models") | fromJsonArray) -}}
{{- with $s3.region -}}
{{- $_ := set $container "env" (append $container.env (dict "name" "AWS_REGION" "value" .)) -}}
{{- end -}}
{{- with $s3.endpoint -}}
{{- $_ := set $container "env" (append $container.env (dict "name" "AWS_ENDPOINT_URL_S3" "value" .)) -}}
{{- end -}}
{{- if $s3.secret -}}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" -}}
{{- $reference := dict "secretKeyRef" (dict "name" $s3.secret "key" .) -}}
{{- $_ := set $container "env" (append $container.env (dict "name" . "valueFrom" $reference)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* What any pod can be given. */ -}}
{{- with $values.extraEnv -}}
{{- $_ := set $container "env" (concat $container.env .) -}}
{{- end -}}
{{- with $values.extraVolumes -}}
{{- $_ := set $pod "volumes" (concat $pod.volumes .) -}}
{{- end -}}
{{- with $values.extraVolumeMounts -}}
{{- $_ := set $container "volumeMounts" (concat $container.volumeMounts .) -}}
{{- end -}}
{{- with $values.nodeSelector -}}
{{- $_ := set $pod "nodeSelector" . -}}
{{- end -}}
{{- with $values.tolerations -}}
{{- $_ := set $pod "tolerations" (concat ($pod.tolerations | default list) .) -}}
{{- end -}}
{{- with $values.affinity -}}
{{- $_ := set $pod "affinity" . -}}
{{- end -}}
{{- with $values.priorityClassName -}}
{{- $_ := set $pod "priorityClassName" . -}}
{{- end -}}
{{- $checksum := dict "checksum/config" (include "freshet.config" $root | sha256sum) -}}
{{- $_ := set $template.metadata "annotations" (merge $checksum ($values.podAnnotations | default dict)) -}}
{{- $_ := set $template.metadata "labels" (merge $template.metadata.labels ($values.podLabels | default dict)) -}}
{{- end -}}

{{/*
Mounts a file of a Secret.
Arguments: the Deployment, the volume, the Secret, the file.
*/}}
{{- define "freshet.mountSecret" -}}
{{- $pod := (index . 0).spec.template.spec -}}
{{- $name := index . 1 -}}
{{- $file := index . 3 -}}
{{- $container := index $pod.containers 0 -}}
{{- $mount := dict "name" $name "mountPath" (printf "/etc/freshet/%s" $name) "readOnly" true -}}
{{- $secret := dict "secretName" (index . 2) "items" (list (dict "key" $file "path" $file)) -}}
{{- $_ := set $container "volumeMounts" (prepend $container.volumeMounts $mount) -}}
{{- $_ := set $pod "volumes" (prepend $pod.volumes (dict "name" $name "secret" $secret)) -}}
{{- end -}}
