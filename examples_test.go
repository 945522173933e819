package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// The files for Kubernetes and CI are YAML. What they say about pipesfake is true: variables, port, paths of probes,
// control calls and the scenario file.
func TestExamplesForDeployment(t *testing.T) {
	t.Parallel()
	server := fake.Start(t, fake.WithScenarioFile("scenarios.yaml"))
	for _, path := range []string{
		"examples/kubernetes.yaml", "examples/kubernetes/replicas.yaml",
		"examples/ci/github-actions.yml", "examples/ci/gitlab-ci.yml",
	} {
		t.Run(path, func(t *testing.T) {
			text := pageText(t, path)
			parsed := parseYAML(t, text)
			checkVariables(t, text)
			for _, port := range regexp.MustCompile(`(?:[pP]ort: |[ef]ake:|1:)\d+`).FindAllString(text, -1) {
				if !strings.HasSuffix(port, "4101") && !strings.HasSuffix(port, " 6379") {
					t.Errorf("port %s", port)
				}
			}
			for _, probe := range regexp.MustCompile(`path: (/\w+)`).FindAllStringSubmatch(text, -1) {
				status, body := curl(t, server.URL(), "curl http://127.0.0.1:4101"+probe[1])
				if status != http.StatusOK {
					t.Errorf("%s returns %d: %s", probe[1], status, body)
				}
			}
			for _, line := range regexp.MustCompile(`(?m)curl -X .*$`).FindAllString(text, -1) {
				line = strings.Replace(line, "http://pipesfake:4101", "http://127.0.0.1:4101", 1)
				if status, body := curl(t, server.URL(), line); status != http.StatusOK {
					t.Errorf("%s\nreturns %d: %s", line, status, body)
				}
			}
			checkConfigMaps(t, parsed)
		})
	}
}

// parseYAML returns the documents of a YAML file.
func parseYAML(t *testing.T, text string) (documents []map[string]any) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		var document map[string]any
		err := decoder.Decode(&document)
		if err == io.EOF {
			return documents
		}
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, document)
	}
}

// The replicas of the example for Compose are those that nginx passes calls to, and their images can be replaced.
func TestComposeWithReplicas(t *testing.T) {
	t.Parallel()
	nginx := pageText(t, "examples/replicas/nginx.conf")
	services, _ := parseYAML(t, pageText(t, "examples/replicas/compose.yaml"))[0]["services"].(map[string]any)
	replicas := 0
	for name, service := range services {
		environment, isReplica := service.(map[string]any)["environment"].(map[string]any)
		if !isReplica {
			continue
		}
		replicas++
		if !strings.Contains(nginx, "server "+name+":4101;") {
			t.Errorf("nginx.conf lacks %s", name)
		}
		if state := environment["PIPESFAKE_STATE"]; state != "redis://valkey:6379/0" || services["valkey"] == nil {
			t.Errorf("%s has its state in %v", name, state)
		}
	}
	if replicas != 3 || strings.Count(nginx, "server replica-") != replicas {
		t.Errorf("there are %d replicas", replicas)
	}
}

// checkVariables fails for a variable of pipesfake that docs/command.md does not list. TestDocsListEveryFlag compares
// that page with the flags.
func checkVariables(t *testing.T, text string) {
	t.Helper()
	known := pageText(t, "docs/command.md")
	for _, variable := range regexp.MustCompile(`PIPESFAKE_\w+`).FindAllString(text, -1) {
		if !strings.Contains(known, "`"+variable+"`") {
			t.Errorf("%s is not a variable of pipesfake", variable)
		}
	}
}

// checkConfigMaps fails for a scenario file in a ConfigMap that a server would refuse.
func checkConfigMaps(t *testing.T, documents []map[string]any) {
	t.Helper()
	for _, document := range documents {
		if document["kind"] != "ConfigMap" {
			continue
		}
		data, _ := document["data"].(map[string]any)
		text, _ := data["scenarios.yaml"].(string)
		if _, err := scenarios.Parse("scenarios.yaml", []byte(text)); err != nil || text == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// examples/compose.yaml sets the address that browsers use, since they cannot open http://pipesfake:4101.
func TestComposeSetsTheExternalAddress(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("examples/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checkVariables(t, regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(string(text), ""))
	services, _ := parseYAML(t, string(text))[0]["services"].(map[string]any)
	service, _ := services["pipesfake"].(map[string]any)
	variables, _ := service["environment"].(map[string]any)
	if got := variables["PIPESFAKE_EXTERNAL_URL"]; got != "http://localhost:${PIPESFAKE_PORT:-4101}" {
		t.Errorf("PIPESFAKE_EXTERNAL_URL is %v", got)
	}
}

// The tests that docs/side-by-side.md shows have at most 60 lines each, and it shows them whole.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	shown := blocks(t, "docs/side-by-side.md")
	if len(shown) < 4 {
		t.Errorf("only %d tests", len(shown))
	}
	for _, b := range shown {
		path := strings.TrimPrefix(b.mark, "from=")
		text := pageText(t, path)
		if n := strings.Count(text, "\n"); n > 60 {
			t.Errorf("%s has %d lines, more than 60", path, n)
		}
		if text != b.text {
			t.Errorf("docs/side-by-side.md does not show all of %s", path)
		}
	}
}
