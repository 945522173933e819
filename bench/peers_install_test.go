package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A peer that cannot be installed is left out for a reason that the table can show. The commands are scripts here.
func TestInstall(t *testing.T) {
	const writesLock = `mkdir -p "$3/node_modules" &&
		echo '{"packages": {"node_modules/a": {"integrity": "sha512-x"}}}' >"$3/node_modules/.package-lock.json"`
	for name, c := range map[string]struct {
		commands map[string]string
		checksum string
		want     string // in the error, or "" if there is none
	}{
		"installed":            {map[string]string{"node": "", "npm": writesLock}, "sha512-x", ""},
		"no runtime":           {map[string]string{"npm": writesLock}, "sha512-x", "node is not installed"},
		"no package manager":   {map[string]string{"node": ""}, "sha512-x", "npm is not installed"},
		"a refused download":   {map[string]string{"node": "", "npm": "exit 1"}, "sha512-x", "npm did not get a 1.0.0"},
		"another checksum":     {map[string]string{"node": "", "npm": writesLock}, "sha512-y", "not sha512-y"},
		"nothing was unpacked": {map[string]string{"node": "", "npm": "exit 0"}, "sha512-x", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			bin, cache := t.TempDir(), t.TempDir()
			for command, script := range c.commands {
				text := "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n"
				if err := os.WriteFile(filepath.Join(bin, command), []byte(text), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", bin)
			t.Setenv("XDG_CACHE_HOME", cache)
			p := peer{name: "A peer", registry: "npm", artifact: "a", version: "1.0.0", runtime: "node"}
			p.checksum = c.checksum
			folder, err := (&bench{ctx: t.Context()}).install(p)
			if c.want == "" {
				if want := filepath.Join(cache, "pipesfake-bench", "A-peer-1.0.0"); folder != want || err != nil {
					t.Errorf("%s, %v, want %s", folder, err, want)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}
