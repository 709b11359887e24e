# What the GPU image is built on: CUDA 12.5 and cuDNN 9, as TensorFlow Java 1.1 wants them, and a Java runtime.
#   docker build -t freshet-base-gpu -f deploy/image/gpu-base.Dockerfile deploy/image
FROM eclipse-temurin:25-jre-noble AS java
FROM nvidia/cuda:12.5.1-cudnn-runtime-ubuntu22.04
COPY --from=java /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:$PATH
