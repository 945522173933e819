package testcontainers_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tc "github.com/testcontainers/testcontainers-go"

	"example.com/pipesfake/clients/testcontainers"
)

// image returns the image that clients/containers.sh builds.
func image(t *testing.T) string {
	t.Helper()
	name := os.Getenv("PIPESFAKE_IMAGE")
	if name == "" {
		t.Fatal("PIPESFAKE_IMAGE names no image: run clients/containers.sh")
	}
	return name
}

func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func post(t *testing.T, url, host, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("Authorization", "Bearer sk_test")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestContainer(t *testing.T) {
	file := scenarioFile(t, "version: 1\nstart: not_installed\n")
	started, err := testcontainers.Run(t.Context(), image(t), testcontainers.WithScenarios(file),
		testcontainers.WithArgs("--journal", "5"), testcontainers.WithToken("secret"))
	if err != nil {
		t.Fatal(err)
	}
	tc.CleanupContainer(t, started)
	github := started.URL() + "/data-integrations/github/"
	if got := post(t, github+"token", "", `{"user_id": "user_1"}`); !strings.Contains(got, "not_installed") {
		t.Errorf("the token endpoint returns %s", got)
	}
	got := post(t, github+"authorize", "pipesfake:4101", `{"user_id": "user_1"}`)
	if !strings.Contains(got, `"`+started.URL()+"/") {
		t.Errorf("authorize returns %s, want an address at %s", got, started.URL())
	}
}

func TestMistakes(t *testing.T) {
	bad := scenarioFile(t, "version: 1\nstrat: expired\n")
	for name, c := range map[string]struct{ image, file, want string }{
		"a file with mistakes": {image(t), bad, `scenarios.yaml:2:1: unknown key "strat"`},
		"no file":              {image(t), "nowhere.yaml", "the scenario file cannot be read: stat nowhere.yaml"},
		"no image":             {"pipesfake-nowhere", bad, "the container of pipesfake-nowhere could not be started"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := testcontainers.Run(t.Context(), c.image, testcontainers.WithScenarios(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
