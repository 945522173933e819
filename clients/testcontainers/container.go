// Package testcontainers starts pipesfake in a container, for tests that use testcontainers-go.
package testcontainers

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	tc "github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Image is the image to use unless another is wanted: the one that "docker build -t pipesfake ." makes.
const Image = "pipesfake"

// PipesfakeContainer is a container with a server.
type PipesfakeContainer struct {
	*tc.DockerContainer
	url string
}

// URL returns where the application and browsers on this machine find the server, without a slash at the end.
func (c *PipesfakeContainer) URL() string { return c.url }

// APIKey returns a key for the environment "default".
func (c *PipesfakeContainer) APIKey() string { return "sk_env_default" }

// WithScenarios copies a scenario file to /scenarios.yaml.
func WithScenarios(path string) tc.CustomizeRequestOption {
	return func(req *tc.GenericContainerRequest) error {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("the scenario file cannot be read: %w", err)
		}
		return tc.WithFiles(tc.ContainerFile{
			HostFilePath: path, ContainerFilePath: "/scenarios.yaml", FileMode: 0o644,
		})(req)
	}
}

// WithArgs adds flags of "pipesfake serve".
func WithArgs(args ...string) tc.CustomizeRequestOption { return tc.WithCmdArgs(args...) }

// WithToken sets the control token.
func WithToken(token string) tc.CustomizeRequestOption {
	return tc.WithEnv(map[string]string{"PIPESFAKE_CONTROL_TOKEN": token})
}

// Run starts a container, and waits until the server answers. The port of the host is chosen before the start, so that
// the addresses of consent pages begin with URL also if an application in another container calls
// http://pipesfake:4101. If the server ends, the error has its log.
func Run(ctx context.Context, image string, opts ...tc.ContainerCustomizer) (*PipesfakeContainer, error) {
	const attempts = 5 // to find a port of the host that nobody takes in the meantime
	for attempt := 1; ; attempt++ {
		started, err := run(ctx, image, opts)
		if err == nil {
			return started, nil
		}
		isTaken := strings.Contains(err.Error(), "already allocated") || strings.Contains(err.Error(), "already in use")
		if !isTaken || attempt == attempts {
			return nil, err
		}
	}
}

func run(ctx context.Context, image string, opts []tc.ContainerCustomizer) (*PipesfakeContainer, error) {
	provider, err := tc.NewDockerProvider()
	if err != nil {
		return nil, fmt.Errorf("no Docker engine answers: start Docker, or set DOCKER_HOST: %w", err)
	}
	defer provider.Close()
	host, err := provider.DaemonHost(ctx)
	if err != nil {
		return nil, fmt.Errorf("no Docker engine answers: start Docker, or set DOCKER_HOST: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	url := "http://" + net.JoinHostPort(host, port)
	own := []tc.ContainerCustomizer{
		tc.WithExposedPorts("4101/tcp"),
		tc.WithCmd("serve"),
		tc.WithEnv(map[string]string{"PIPESFAKE_EXTERNAL_URL": url}),
		tc.WithHostConfigModifier(func(config *container.HostConfig) {
			config.PortBindings = network.PortMap{
				network.MustParsePort("4101/tcp"): []network.PortBinding{{HostPort: port}},
			}
		}),
		tc.WithWaitStrategyAndDeadline(30*time.Second, wait.ForHTTP("/health").WithPort("4101/tcp")),
	}
	started, err := tc.Run(ctx, image, append(own, opts...)...)
	if err != nil {
		err = fmt.Errorf("the container of %s could not be started: %w%s", image, err, logOf(ctx, started))
		_ = tc.TerminateContainer(started)
		return nil, err
	}
	return &PipesfakeContainer{started, url}, nil
}

// logOf returns what the server printed, on a line of its own.
func logOf(ctx context.Context, started *tc.DockerContainer) string {
	if started == nil {
		return ""
	}
	reader, err := started.Logs(ctx)
	if err != nil {
		return ""
	}
	defer reader.Close()
	text, _ := io.ReadAll(reader)
	return "\n" + strings.TrimSpace(string(text))
}

// freePort returns a port of this machine that nothing listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}
