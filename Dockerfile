# BuildKit tells BUILDPLATFORM; without it (Docker's older builder) "linux" means this machine's own.
FROM --platform=${BUILDPLATFORM:-linux} golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
# chmod: a checkout under umask 077 must be readable to the image's user, too.
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w" -o /pipesfake . \
	&& chmod 644 scenarios.yaml

FROM scratch
WORKDIR /
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /pipesfake /pipesfake
COPY --from=build /src/scenarios.yaml /scenarios.yaml
USER 65532:65532
ENV PIPESFAKE_ADDR=0.0.0.0:4101
EXPOSE 4101
# The first probe comes one interval after the start. No --start-period: from Docker 25 on, it would
# put the first probe off to five seconds.
HEALTHCHECK --interval=1s --timeout=3s --retries=5 CMD ["/pipesfake", "healthcheck"]
ENTRYPOINT ["/pipesfake"]
