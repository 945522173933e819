package e2e

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// officialDescription may not be committed: developers who have it put it beside the checkout.
const officialDescription = "../../shared/contract/pipes-openapi.json"

// The responses to all requests that schemathesis generates follow the official description, both when
// all users are connected and when none is.
func TestSchemathesis(t *testing.T) {
	t.Parallel()
	description, err := filepath.Abs(officialDescription)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(description); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the official description is not at %s, so there is nothing to hold the fake against",
			officialDescription)
	}
	want, err := os.ReadFile("schemathesis/requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("schemathesis/.venv/.installed"); err != nil || !bytes.Equal(got, want) {
		t.Fatal("schemathesis is not installed, or not as its requirements.txt has it: run e2e/setup.sh")
	}
	for seed, scenarios := range map[string]string{
		"1": "{version: 1}\n",
		"2": "{version: 1, start: not_installed, providers: {github: {credentials: custom}, slack: {credentials: " +
			"organization}}}\n",
	} {
		t.Run("seed "+seed, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "scenarios.yaml")
			if err := os.WriteFile(file, []byte(scenarios), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), ".venv/bin/python", "check.py", description,
				startBinary(t, "--scenarios", file), seed)
			command.Dir = "schemathesis"
			output, err := command.CombinedOutput()
			t.Logf("with %s%s", scenarios, output)
			if err != nil {
				t.Errorf("schemathesis: %v", err)
			}
		})
	}
}
