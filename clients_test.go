package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// kitVersions are the places that have the version of a test kit.
var kitVersions = map[string]string{
	"node/package.json":               `(?m)^  "version": "(.*)"`,
	"node/package-lock.json":          `(?m)^      "version": "(.*)",\n      "devDep`,
	"node/src/server.ts":              `(?m)^export const VERSION = '(.*)'`,
	"python/pyproject.toml":           `(?m)^version = "(.*)"`,
	"python/src/pipesfake/_server.py": `(?m)^VERSION = "(.*)"`,
}

// requireKitVersion fails the test if a place has another version.
func requireKitVersion(t *testing.T, folder, want string) {
	t.Helper()
	for path, pattern := range kitVersions {
		found := regexp.MustCompile(pattern).FindStringSubmatch(pageText(t, filepath.Join(folder, path)))
		if len(found) != 2 || found[1] != want {
			t.Errorf("%s: %q, want the version %s", path, found, want)
		}
	}
}

// In the repository the kits have no version: clients/version.sh sets it at a release.
func TestKitsHaveOneVersion(t *testing.T) {
	t.Parallel()
	requireKitVersion(t, "clients", "0.0.0")
}

func TestReleaseSetsTheVersionOfTheKits(t *testing.T) {
	t.Parallel()
	copied := t.TempDir()
	for path := range kitVersions {
		to := filepath.Join(copied, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(pageText(t, filepath.Join("clients", path))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, version := range []string{"1.2.3-rc.1", "1.2.4-SNAPSHOT-3435b65", "1.2.3"} {
		if output, err := exec.Command("clients/version.sh", "v"+version, copied).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		requireKitVersion(t, copied, version)
	}
	if err := exec.Command("clients/version.sh", "next", copied).Run(); err == nil {
		t.Error("next is taken as a version")
	}
	requireKitVersion(t, copied, "1.2.3")
}
