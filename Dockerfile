# BuildKit tells BUILDPLATFORM; without it (Docker's older builder) "linux" means this machine's own.
FROM --platform=${BUILDPLATFORM:-linux} golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
# A release sets these; they are what "pipesfake version" prints.
ARG VERSION COMMIT DATE
# chmod: a checkout under umask 077 must be readable to the image's user, too.
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -o /pipesfake -ldflags "-s -w \
		-X example.com/pipesfake/internal/version.number=$VERSION \
		-X example.com/pipesfake/internal/version.commit=$COMMIT \
		-X example.com/pipesfake/internal/version.date=$DATE" . \
	&& chmod 644 scenarios.yaml

FROM scratch
ARG VERSION=unknown COMMIT=unknown DATE=unknown
LABEL org.opencontainers.image.title="pipesfake" \
	org.opencontainers.image.description="A scriptable HTTP fake of the WorkOS Pipes API" \
	org.opencontainers.image.version="$VERSION" \
	org.opencontainers.image.revision="$COMMIT" \
	org.opencontainers.image.created="$DATE"
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
