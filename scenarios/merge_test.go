package scenarios_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

func TestMergeKeys(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Load("testdata/good/merge_keys.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]scenarios.State{
		"own_keys_win":    {ExpiresIn: 10 * time.Minute},
		"the_first_wins":  {ExpiresIn: 5 * time.Minute, Refresh: scenarios.RefreshFails},
		"chained":         {ExpiresIn: time.Minute, Refresh: scenarios.RefreshFails},
		"through_a_chain": {ExpiresIn: time.Minute, Refresh: scenarios.RefreshFails},
	} {
		one, err := set.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		if one.State.ExpiresIn != want.ExpiresIn || want.Refresh != "" && one.State.Refresh != want.Refresh {
			t.Errorf("%s is %+v", name, one.State)
		}
	}
	alice := scenarios.Key{Provider: "github", User: "user_alice", Organization: "org_acme"}
	if c := set.Connection(alice); c == nil || c.Scenario.State.ExpiresIn != 5*time.Minute {
		t.Errorf("the connection is %+v", c)
	}
}

// An export has no aliases: it writes out what they stand for, and leaves out the keys that hold anchors.
func TestExportWritesMergedKeysOut(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Load("testdata/good/merge_keys.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := set.Export(scenarios.Session{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.Text()
	if err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"<<", "x-defaults", "&", "*"} {
		if strings.Contains(string(text), unwanted) {
			t.Errorf("the export contains %s:\n%s", unwanted, text)
		}
	}
	if _, err := scenarios.Parse("export", text); err != nil {
		t.Errorf("%v:\n%s", err, text)
	}
}

// The connections of a large file may refer to anchors at its top.
func TestAnchorsInLargeFiles(t *testing.T) {
	t.Parallel()
	text := "version: 1\nx-base: &base {provider: github, scenario: expired}\n" +
		connectionList(10_000, "<<: *base, user_id: user_@")
	set, err := scenarios.Parse("large.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Connections()); n != 10_000 {
		t.Errorf("%d connections", n)
	}
	_, err = scenarios.Parse("large.yaml", []byte(strings.Replace(text, "*base, user_id: user_009000", "5", 1)))
	if err == nil || !strings.Contains(err.Error(), "large.yaml:9004:10: << needs a mapping") {
		t.Errorf("%v", err)
	}
}

// A mistake in a part of a large file has the line of the file.
func TestMergeMistakesInLargeFiles(t *testing.T) {
	t.Parallel()
	text := "version: 1\n" + connectionList(10_000, "provider: github, user_id: user_@, scenario: expired")
	text = strings.Replace(text, "provider: github, user_id: user_009000", "<<: 5, user_id: u, provider: github", 1)
	_, err := scenarios.Parse("large.yaml", []byte(text))
	if err == nil || !strings.HasPrefix(err.Error(), "large.yaml:9003:10: << needs a mapping") {
		t.Errorf("%v", err)
	}
}

// The first lines of a file are shown without its secrets, also those that only an alias could use.
func TestSecretsInExtensionsAreHidden(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Parse("f", []byte("version: 1\nx-a: {access_token: hush-hush, b: [{secret: hush}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if shown := strings.Join(set.Lines(9), "\n"); strings.Contains(shown, "hush") {
		t.Errorf("shown:\n%s", shown)
	}
}
