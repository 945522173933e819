package e2e

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The image of the repository's Dockerfile runs in a real engine: that of DOCKER_HOST, which container/setup.sh
// starts if there is none.
func TestContainer(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs images")
	}
	if output, err := exec.Command("docker", "version").CombinedOutput(); err != nil {
		t.Fatalf("no Docker engine answers (see container/setup.sh): %v\n%s", err, output)
	}
	image := buildImage(t, runtime.GOARCH)
	t.Run("small and unprivileged", func(t *testing.T) { testImage(t, image) })
	t.Run("healthy soon", func(t *testing.T) { testHealthy(t, image) })
	t.Run("stops at once", func(t *testing.T) { testStop(t, image) })
	t.Run("mounted scenarios", func(t *testing.T) { testMountedScenarios(t, image) })
	t.Run("beside an application", func(t *testing.T) { testCompose(t, image) })
	if isLong() { // everything is compiled for it
		t.Run("arm64", func(t *testing.T) { testBinary(t, buildImage(t, "arm64"), elf.EM_AARCH64) })
	}
}

func testImage(t *testing.T, image string) {
	var config struct {
		Size   int64
		Config struct {
			User, WorkingDir string
			Healthcheck      struct{ Test []string }
			Labels           map[string]string
		}
	}
	inspect(t, image, &config)
	t.Logf("the image has %.1f MB", float64(config.Size)/1e6)
	if config.Size > 30e6 { // 9 MB of it are the client of Redis
		t.Error("that is more than 30 MB")
	}
	if config.Config.User != "65532:65532" || config.Config.WorkingDir != "/" {
		t.Errorf("it runs as %q in %q", config.Config.User, config.Config.WorkingDir)
	}
	if want := []string{"CMD", "/pipesfake", "healthcheck"}; !slices.Equal(config.Config.Healthcheck.Test, want) {
		t.Errorf("health check %q, want %q", config.Config.Healthcheck.Test, want)
	}
	for label, want := range map[string]string{"title": "pipesfake", "version": "v0.0.0-test"} {
		if got := config.Config.Labels["org.opencontainers.image."+label]; got != want {
			t.Errorf("label %s is %q, want %q", label, got, want)
		}
	}
	if got := docker(t, "run", "--rm", image, "version"); !strings.HasPrefix(got, "pipesfake v0.0.0-test") {
		t.Errorf("it prints %q", got)
	}
	if machine, ok := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]; ok {
		testBinary(t, image, machine)
	}
}

// testBinary checks the binary without running it.
func testBinary(t *testing.T, image string, machine elf.Machine) {
	id := docker(t, "create", image)
	removeContainer(t, id)
	path := filepath.Join(t.TempDir(), "pipesfake")
	docker(t, "cp", id+":/pipesfake", path)
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if file.Machine != machine {
		t.Errorf("the binary is for %v, want %v", file.Machine, machine)
	}
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("the binary is not static: %v (%v)", libraries, err)
	}
}

func testHealthy(t *testing.T, image string) {
	id := runContainer(t, image)
	took := healthyAfter(t, id)
	t.Logf("healthy %v after the start", took)
	if took > 3*time.Second {
		t.Error("that is more than 3 s")
	}
}

func testStop(t *testing.T, image string) {
	id := runContainer(t, image)
	healthyAfter(t, id)
	start := time.Now()
	docker(t, "stop", id)
	took := time.Since(start).Round(time.Millisecond)
	if code := docker(t, "wait", id); code != "0" {
		t.Errorf("exit code %s", code)
	}
	t.Logf("docker stop took %v", took)
	if took > 3*time.Second {
		t.Error("that is more than 3 s")
	}
}

func testMountedScenarios(t *testing.T, image string) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	text := "{version: 1, start: mine, scenarios: {mine: {state: not_installed}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	id := runContainer(t, "--volume", file+":/scenarios.yaml:ro", image)
	healthyAfter(t, id)
	url := "http://" + docker(t, "port", id, "4101/tcp") + "/data-integrations/github/token"
	if got, want := call(t, http.MethodPost, url, `{"user_id": "user_demo_app"}`),
		(token{Error: "not_installed"}); got != want {
		t.Errorf("with a mounted file where nobody is connected: %+v, want %+v", got, want)
	}
}

// testCompose runs examples/compose.yaml unchanged.
func testCompose(t *testing.T, image string) {
	compose := composeProject(t, image)
	compose("up", "--detach")
	id := compose("ps", "--quiet", "pipesfake")
	t.Logf("healthy %v after the start", healthyAfter(t, id))
	testHardened(t, id)

	app := "http://" + compose("port", "app", "3000")
	fake := "http://" + compose("port", "pipesfake", "4101")
	poll(t, "the application to answer", func() bool {
		response, err := http.Get(app)
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	})
	if got := call(t, http.MethodGet, app, ""); !got.Active || got.AccessToken.AccessToken == "" {
		t.Errorf("at first the application sees %+v, want a token", got)
	}
	job := func() string {
		response, err := http.Get(app + "/job")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		said, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(said))
	}
	if got := job(); got != "done" {
		t.Errorf("at first the job says %q", got)
	}
	call(t, http.MethodPut, fake+"/_control/scenario",
		`{"scenario": "needs_reauthorization", "user_id": "user_demo_app"}`)
	if got := job(); got != "needs_reauthorization" {
		t.Errorf("after the revocation the job says %q", got)
	}
	if got, want := call(t, http.MethodGet, app, ""), (token{Error: "needs_reauthorization"}); got != want {
		t.Errorf("after the switch the application sees %+v, want %+v", got, want)
	}
}

func testHardened(t *testing.T, id string) {
	var container struct {
		Config     struct{ User string }
		HostConfig struct {
			ReadonlyRootfs, Privileged   bool
			CapAdd, CapDrop, SecurityOpt []string
		}
	}
	inspect(t, id, &container)
	host := container.HostConfig
	if !host.ReadonlyRootfs || host.Privileged || len(host.CapAdd) > 0 ||
		!slices.Equal(host.CapDrop, []string{"ALL"}) ||
		!slices.Contains(host.SecurityOpt, "no-new-privileges:true") || container.Config.User != "65532:65532" {
		t.Errorf("the container is not hardened: %+v", container)
	}
}

// composeProject starts a separate project on free ports, and removes it when the test ends.
func composeProject(t *testing.T, image string) func(args ...string) string {
	t.Helper()
	command := []string{"docker", "compose"}
	if exec.Command("docker", "compose", "version").Run() != nil {
		command = []string{"docker-compose"}
	}
	project := fmt.Sprintf("pipesfake-e2e-%d", os.Getpid())
	command = append(command, "--file", "../examples/compose.yaml", "--project-name", project)
	t.Setenv("PIPESFAKE_IMAGE", image)
	t.Setenv("PIPESFAKE_PORT", "0")
	t.Setenv("APP_PORT", "0")
	run := func(args ...string) string {
		t.Helper()
		return output(t, slices.Concat(command, args)...)
	}
	t.Cleanup(func() {
		defer run("down", "--volumes", "--rmi", "local")
		if t.Failed() {
			t.Log(run("logs", "--no-color"))
		}
	})
	return run
}

// buildImage builds the Dockerfile for linux on an architecture. BuildKit would take --platform for that, too;
// the older builder takes only the argument.
func buildImage(t *testing.T, architecture string) string {
	t.Helper()
	image := fmt.Sprintf("pipesfake-e2e:%d-%s", os.Getpid(), architecture)
	start := time.Now()
	docker(t, "build", "--build-arg", "TARGETARCH="+architecture, "--build-arg", "VERSION=v0.0.0-test",
		"--tag", image, "..")
	t.Logf("the build for %s took %v", architecture, time.Since(start).Round(time.Millisecond))
	t.Cleanup(func() { docker(t, "image", "rm", image) })
	return image
}

// runContainer starts a container with the fake on a free port of the host until the test ends.
func runContainer(t *testing.T, args ...string) (id string) {
	t.Helper()
	id = docker(t, append([]string{"run", "--detach", "--publish", "127.0.0.1::4101"}, args...)...)
	removeContainer(t, id)
	return id
}

func removeContainer(t *testing.T, id string) {
	t.Helper()
	t.Cleanup(func() {
		defer docker(t, "rm", "--force", "--volumes", id)
		if t.Failed() {
			t.Log(docker(t, "logs", id))
		}
	})
}

// healthyAfter waits until a container is healthy, and returns how long after its start the engine noticed, by the
// engine's own clock and its record of the last five probes.
func healthyAfter(t *testing.T, id string) time.Duration {
	t.Helper()
	var container struct {
		State struct {
			Running   bool
			StartedAt time.Time
			Health    struct {
				Status string
				Log    []struct {
					End      time.Time
					ExitCode int
				}
			}
		}
	}
	poll(t, "the container to be healthy", func() bool {
		inspect(t, id, &container)
		if !container.State.Running {
			t.Fatal("the container has stopped")
		}
		return container.State.Health.Status == "healthy"
	})
	for _, probe := range container.State.Health.Log {
		if probe.ExitCode == 0 {
			return probe.End.Sub(container.State.StartedAt).Round(time.Millisecond)
		}
	}
	t.Fatal("healthy without a probe")
	return 0
}

// poll returns when a condition holds, and fails the test if it does not within half a minute.
func poll(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// token is a response of the token endpoint.
type token struct {
	Active      bool
	Error       string
	AccessToken struct {
		AccessToken string `json:"access_token"`
	} `json:"access_token"`
}

func call(t *testing.T, method, url, body string) (answer token) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, text)
	}
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return answer
}

func inspect(t *testing.T, what string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(docker(t, "inspect", "--format", "{{json .}}", what)), into); err != nil {
		t.Fatal(err)
	}
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	return output(t, append([]string{"docker"}, args...)...)
}

// output runs a command that must succeed, and returns its stdout. It has no context because Cleanup calls it, too.
func output(t *testing.T, command ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	run := exec.Command(command[0], command[1:]...)
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(command, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return strings.TrimSpace(stdout.String())
}
