package command

import (
	"cmp"
	"io"
	"testing"

	"github.com/spf13/pflag"
)

// readConfig reads the flags of serve, and its variables.
func readConfig(p Process, args []string) (config, error) {
	var c config
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	c.define(flags)
	err := cmp.Or(flags.Parse(args), setFromVariables(flags, p.getenv))
	return c, err
}

func TestFlagsBeatVariablesBeatDefaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args      []string
		variables map[string]string
		want      config
	}{
		"defaults": {nil, nil, config{addr: "127.0.0.1:4101", log: "text"}},
		"variables": {
			nil,
			map[string]string{"PIPESFAKE_ADDR": ":1", "PIPESFAKE_VERBOSE": "true", "PIPESFAKE_CONTROL_TOKEN": "t"},
			config{addr: ":1", log: "text", verbose: true, controlToken: "t"},
		},
		"flags": {
			[]string{"--addr", ":2", "--log=json"},
			map[string]string{"PIPESFAKE_ADDR": ":1", "PIPESFAKE_LOG": "text"},
			config{addr: ":2", log: "json"},
		},
		"a flag of the default": {
			[]string{"--log", "text"},
			map[string]string{"PIPESFAKE_LOG": "json"},
			config{addr: "127.0.0.1:4101", log: "text"},
		},
	} {
		got, err := readConfig(process(c.variables, io.Discard, io.Discard), c.args)
		if err != nil || got.addr != c.want.addr || got.log != c.want.log || got.verbose != c.want.verbose ||
			got.controlToken != c.want.controlToken {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	variables := map[string]string{"PIPESFAKE_ALLOW_ORIGIN": "http://a, https://b:8443"}
	for _, args := range [][]string{nil, {"--allow-origin", "http://a", "--allow-origin=https://b:8443"}} {
		got, err := readConfig(process(variables, io.Discard, io.Discard), args)
		if err != nil || got.origins.String() != "http://a,https://b:8443" {
			t.Errorf("%v: origins %v (%v)", args, got.origins, err)
		}
	}
	args := []string{"--allow-host", "a.b", "--allow-host=c.d,e.f"}
	several, err := readConfig(process(nil, io.Discard, io.Discard), args)
	if err != nil || several.hosts.String() != "a.b,c.d,e.f" {
		t.Errorf("hosts %v (%v)", several.hosts, err)
	}
}
