package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// install returns the folder of a peer, which it downloads unless the cache has it. It checks the package either way.
func (b *bench) install(p peer) (string, error) {
	if _, err := exec.LookPath(p.runtime); err != nil {
		return "", fmt.Errorf("%s is not installed", p.runtime)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "pipesfake-bench", strings.ReplaceAll(p.name, " ", "-")+"-"+p.version)
	if p.verify(folder) == nil {
		return folder, nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "installing %s %s from %s\n", p.artifact, p.version, p.registry)
	if err := b.download(p, folder); err != nil {
		return "", err
	}
	return folder, p.verify(folder)
}

// download gets a peer from its registry. Its error is one line: it is shown in the table.
func (b *bench) download(p peer, folder string) error {
	name, args := "npm", []string{"install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts",
		"--no-update-notifier", p.artifact + "@" + p.version}
	if p.registry == "Maven" {
		name, args = "mvn", []string{"--batch-mode", "--quiet", "dependency:copy",
			"-Dartifact=" + p.artifact + ":" + p.version, "-DoutputDirectory=" + folder}
	}
	if _, err := exec.LookPath(name); err != nil {
		return fmt.Errorf("%s is not installed", name)
	}
	ctx, cancel := context.WithTimeout(b.ctx, 3*time.Minute)
	defer cancel()
	if output, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s %v: %s\n", name, args, output)
		return fmt.Errorf("%s did not get %s %s: %w", name, p.artifact, p.version, err)
	}
	return nil
}

// verify compares what is installed with the checksum.
func (p peer) verify(folder string) error {
	checksum, err := p.installedChecksum(folder)
	if err == nil && checksum != p.checksum {
		err = fmt.Errorf("%s %s has the checksum %s, not %s", p.artifact, p.version, checksum, p.checksum)
	}
	return err
}

func (p peer) installedChecksum(folder string) (string, error) {
	if p.registry == "Maven" {
		_, name, _ := strings.Cut(p.artifact, ":")
		jar, err := os.ReadFile(filepath.Join(folder, name+"-"+p.version+".jar"))
		sum := sha256.Sum256(jar)
		return hex.EncodeToString(sum[:]), err
	}
	// npm has compared the package with this when it downloaded it.
	text, err := os.ReadFile(filepath.Join(folder, "node_modules", ".package-lock.json"))
	if err != nil {
		return "", err
	}
	var lock struct {
		Packages map[string]struct{ Integrity string }
	}
	err = json.Unmarshal(text, &lock)
	return lock.Packages["node_modules/"+p.artifact].Integrity, err
}
