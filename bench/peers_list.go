package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
	"time"
)

//go:embed peers
var peerFiles embed.FS

const wiremockVersion = "3.13.2"

// The checksums of the peers: the SHA-256 of the jar, and npm's integrity of packages.
const (
	wiremockSum = "d097b19bd483c5038479b13a5c71e9faf8f2f5106584f0c120a7770ab0bdb367"
	mockoonSum  = "sha512-" +
		"ISm6daBVJ2h6v+X7fdJ6aKzAP76Vg1IJp5SyFagzssPK9RT+9ISf1LST09sVyKPKFTq9HU9MfWNlvF3+KD7koA=="
	prismSum = "sha512-" +
		"S/x47zQa7NgoGAD0Q1JlijV7GRDd1zP/FcIpxSh+cJRUUImfALJJm1R3ONLweP97oG/b9BrwRyC+0GNYuzrviw=="
	workosSum = "sha512-" +
		"0p+W/7qrP0zYVRt/0y6NH4URkWAl8S2ZEPLDFbYEx1VefPErKXUrY21MkVH42pv5sNlF7XEEm3fGc0jlQCV0zg=="
)

// peer is another fake that a registry serves. Its configuration is the smallest one for the token endpoint to return
// the same body. All else is its default, request logs and journals included. What it prints goes to /dev/null.
type peer struct {
	name     string
	registry string // npm or Maven
	artifact string
	version  string
	checksum string
	runtime  string // the command that runs it
	env      []string
	args     func(installed, dir, port string) []string
	files    func(answer []byte) (map[string][]byte, error)  // of its configuration, by their paths in dir
	calls    func(s *server, first, end int) ([]call, error) // for the tokens of the users from first to before end
	first    call                                            // to see whether it has started
}

// allPeers lists the peers. npm serves no @workos/emulate: the vendor's emulator there is the one in its command.
func allPeers() []peer {
	return []peer{
		{
			name: "WireMock", registry: "Maven", artifact: "org.wiremock:wiremock-standalone", version: wiremockVersion,
			checksum: wiremockSum, runtime: "java",
			args: func(installed, dir, port string) []string {
				jar := filepath.Join(installed, "wiremock-standalone-"+wiremockVersion+".jar")
				return []string{"-jar", jar, "--port", port, "--bind-address", "127.0.0.1", "--root-dir", dir}
			},
			files: fromTemplate("wiremock.json", "mappings/token.json"), calls: tokens, first: tokenOf(0),
		},
		{
			name: "Mockoon", registry: "npm", artifact: "@mockoon/cli", version: "9.9.0",
			checksum: mockoonSum, runtime: "node",
			args: func(installed, dir, port string) []string {
				script := filepath.Join(installed, "node_modules/@mockoon/cli/bin/run.js")
				data := filepath.Join(dir, "mockoon.json")
				return []string{script, "start", "--data", data, "--port", port, "--hostname", "127.0.0.1"}
			},
			files: fromTemplate("mockoon.json", "mockoon.json"), calls: tokens, first: tokenOf(0),
		},
		{ // the last version that runs with Node.js 20
			name: "Prism", registry: "npm", artifact: "@stoplight/prism-cli", version: "5.14.2",
			checksum: prismSum, runtime: "node",
			args: func(installed, dir, port string) []string {
				script := filepath.Join(installed, "node_modules/@stoplight/prism-cli/dist/index.js")
				return []string{script, "mock", "--host", "127.0.0.1", "--port", port, filepath.Join(dir, "prism.yaml")}
			},
			files: fromTemplate("prism.yaml", "prism.yaml"), calls: tokens, first: tokenOf(0),
		},
		{
			name: "workos emulate", registry: "npm", artifact: "workos", version: "0.14.0",
			checksum: workosSum, runtime: "node", env: []string{"WORKOS_TELEMETRY=false"},
			args: func(installed, dir, port string) []string {
				script := filepath.Join(installed, "node_modules/workos/dist/bin.js")
				return []string{script, "emulate", "--json", "--port", port, "--seed", filepath.Join(dir, "seed.json")}
			},
			files: emulatorSeed, calls: emulatorCalls, first: emulatorConnection(0),
		},
	}
}

// tokens returns a token call for each of the users from first to before end.
func tokens(_ *server, first, end int) ([]call, error) { return callsOf(tokenOf, first, end), nil }

// fromTemplate returns a function that writes the answer into a template.
func fromTemplate(name, path string) func(answer []byte) (map[string][]byte, error) {
	return func(answer []byte) (map[string][]byte, error) {
		text, err := peerFiles.ReadFile("peers/" + name)
		if err != nil {
			return nil, err
		}
		asJSON := func(text string) (string, error) {
			encoded, err := json.Marshal(text)
			return string(encoded), err
		}
		parsed, err := template.New(name).Funcs(template.FuncMap{"json": asJSON}).Parse(string(text))
		if err != nil {
			return nil, err
		}
		var filled bytes.Buffer
		err = parsed.Execute(&filled, string(bytes.TrimSpace(answer)))
		return map[string][]byte{path: filled.Bytes()}, err
	}
}

// startPeer writes the configuration of a peer into a new folder, and starts it.
func (b *bench) startPeer(p peer, installed string) (*server, error) {
	answer, err := os.ReadFile(b.answer)
	if err != nil {
		return nil, err
	}
	files, err := p.files(answer)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "peer")
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	peer := b.newServer(p.runtime, p.args(installed, dir, port)...)
	peer.process.Env = append(append(os.Environ(), "HOME="+dir), p.env...)
	peer.url = "http://127.0.0.1:" + port
	began := time.Now()
	if err := peer.process.Start(); err != nil {
		return nil, err
	}
	err = peer.await(b.ctx, p.first)
	peer.firstAnswer = time.Since(began)
	if err != nil {
		peer.stop()
		return nil, fmt.Errorf("%s did not start: %w", p.name, err)
	}
	return peer, nil
}
