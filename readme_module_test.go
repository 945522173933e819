package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// useModule runs the commands that let another module import package fake. Like go test itself, it needs the network
// only for modules that were not downloaded yet.
func useModule(t *testing.T, commands string) {
	t.Helper()
	parent, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err == nil {
		err = os.Symlink(here, filepath.Join(parent, "pipesfake"))
	}
	app := filepath.Join(parent, "app")
	if err == nil {
		err = os.Mkdir(app, 0o700)
	}
	for name, text := range map[string]string{
		"go.mod": "module app\n\ngo 1.26\n", "app_test.go": "package app\n\nimport _ \"example.com/pipesfake/fake\"\n",
	} {
		if err == nil {
			err = os.WriteFile(filepath.Join(app, name), []byte(text), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	script := exec.Command("sh", "-ec", commands+"go list -test -deps ./...")
	script.Dir = app
	script.Env = append(os.Environ(), "GOSUMDB=off", "GOFLAGS=-mod=mod", "GOWORK=off")
	output, err := script.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "example.com/pipesfake/fake\n") {
		t.Errorf("%s: %v\n%s", commands, err, output)
	}
}
