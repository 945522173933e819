package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// files returns the files that match a pattern.
func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("no files match %s (%v)", pattern, err)
	}
	return found
}

// read returns the content of a file.
func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoodFilesLoad(t *testing.T) {
	t.Parallel()
	for _, file := range append(files(t, "testdata/good/*.yaml"), "../scenarios.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			if _, err := scenarios.Load(file); err != nil {
				t.Error(err)
			}
		})
	}
}

// variables is a function like os.LookupEnv, with the variables that the bad files name.
func variables(name string) (value string, isSet bool) {
	value, isSet = map[string]string{
		"WORD": "word", "TYPO": "activ", "NUMBER": "123456789", "SPACED": "two words", "EMPTY": "",
	}[name]
	return value, isSet
}

// Every bad file lists its mistakes in comments of the form "# want line:col: message".
func TestBadFilesReportEveryMistake(t *testing.T) {
	t.Parallel()
	for _, file := range files(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data := read(t, file)
			name := filepath.Base(file)
			var want []string
			for _, match := range regexp.MustCompile(`(?m)# want (.*)$`).FindAllSubmatch(data, -1) {
				want = append(want, name+":"+string(match[1]))
			}
			_, err := scenarios.ParseWith(name, data, variables)
			if err == nil {
				t.Fatal("the file loads")
			}
			if got := err.Error(); got != strings.Join(want, "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

// A schema cannot look up names or compare fields. Files that only Parse refuses contain "# schema: accepts".
func TestSchemaAgreesWithTheLoader(t *testing.T) {
	t.Parallel()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(scenarios.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("schema.json")
	validate := func(data []byte) error {
		var value any
		if err := yaml.Unmarshal(data, &value); err != nil {
			return nil // editors do not validate a text that is not YAML
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}
		decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
		if err != nil {
			return err
		}
		return schema.Validate(decoded)
	}
	for _, file := range append(files(t, "testdata/good/*.yaml"), "../scenarios.yaml") {
		if err := validate(read(t, file)); err != nil {
			t.Errorf("%s is good, but the schema says: %v", file, err)
		}
	}
	for _, file := range files(t, "testdata/bad/*.yaml") {
		data := read(t, file)
		err := validate(data)
		if accepts := bytes.Contains(data, []byte("# schema: accepts")); accepts != (err == nil) {
			t.Errorf("%s: the file expects the schema to accept it: %v; the schema says: %v", file, accepts, err)
		}
	}
}

// The schema lists the same keys as the messages for unknown keys.
func TestSchemaKnowsTheKeysOfTheLoader(t *testing.T) {
	t.Parallel()
	type node struct {
		Properties map[string]node
	}
	var root struct {
		node
		Definitions map[string]node
	}
	if err := json.Unmarshal(scenarios.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	keysOf := func(n node) map[string]bool {
		keys := map[string]bool{}
		for key := range n.Properties {
			keys[key] = true
		}
		return keys
	}
	for name, c := range map[string]struct {
		yaml string
		keys map[string]bool
	}{
		"file":       {"version: 1\nzzzzzzzz: 1", keysOf(root.node)},
		"scenario":   {"version: 1\nscenarios: {a: {zzzzzzzzzzzzzz: 1}}", keysOf(root.Definitions["scenario"])},
		"connection": {"version: 1\nconnections: [{zzzzzzzzzzzzzz: 1}]", keysOf(root.Definitions["connection"])},
		"switch":     {"version: 1\nswitches: [{zzzzzzzzzzzzzz: 1}]", keysOf(root.Definitions["switch"])},
		"webhook":    {"version: 1\nwebhooks: [{zzzzzzzzzzzzzz: 1}]", keysOf(root.Definitions["webhook"])},
		"provider":   {"version: 1\nproviders: {a: {zzzzzzzzzzzzzz: 1}}", keysOf(root.Definitions["provider"])},
		"field": {"version: 1\nproviders: {a: {config_fields: {b: {zzzzzzzzzzzzzz: 1}}}}",
			keysOf(root.Definitions["config_field"])},
		"override": {"version: 1\nproviders: {a: {organizations: {b: {zzzzzzzzzzzzzz: 1}}}}",
			keysOf(root.Definitions["override"])},
		"step":  {"version: 1\nscenarios: {a: {steps: [{zzzzzzzzzzzzzz: 1}]}}", keysOf(root.Definitions["step"])},
		"fault": {"version: 1\nfaults: [{zzzzzzzzzzzzzzzzzzzzzz: 1}]", keysOf(root.Definitions["fault"])},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f", []byte(c.yaml))
			match := regexp.MustCompile(`it takes ([^)]*)\)`).FindStringSubmatch(fmt.Sprint(err))
			if match == nil {
				t.Fatalf("no list of keys in %v", err)
			}
			listed := strings.Split(match[1], ", ")
			for _, key := range listed {
				if !c.keys[key] {
					t.Errorf("the schema lacks %s", key)
				}
			}
			if len(listed) != len(c.keys) {
				t.Errorf("the loader knows %v, the schema %v", listed, c.keys)
			}
		})
	}
}

func TestFileWithEveryKey(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Load("testdata/good/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	entry := set.Connection(scenarios.Key{Provider: "github", User: "user_alice", Organization: "org_acme"})
	if entry == nil || entry.Scenario.Name != "stale" || entry.Scenario.State.ExpiresIn != -90*time.Second {
		t.Errorf("the entry of user_alice in org_acme is %+v", entry)
	}
	if where := set.Where(entry.Position); where != "testdata/good/everything.yaml:28:5" {
		t.Errorf("the entry is at %s", where)
	}
	if set.Start.Name != "calm" || set.Seed != -9223372036854775808 || !set.Strict {
		t.Errorf("start, seed or strict is wrong: %+v", set)
	}
	redefined, err := set.Scenario("active")
	if err != nil || redefined.Builtin || redefined.State.ExpiresIn != 5*time.Minute {
		t.Errorf("the redefined active is %+v (%v)", redefined, err)
	}
	if n := len(set.Scenarios()); n != 5+6 {
		t.Errorf("there are %d scenarios", n)
	}
}

// A large file is read in chunks. It means the same, and has the same mistakes, as if it were read as a whole.
func TestLargeFilesReadLikeSmallOnes(t *testing.T) {
	t.Parallel()
	const n = 5_000
	var b strings.Builder
	b.WriteString("version: 1\n# who starts differently\nconnections:\n  # a comment before the first\n")
	for i := range n {
		fmt.Fprintf(&b,
			"  - {provider: github, user_id: user_%05d, organization_id: org_%d, scenario: "+
				"needs_reauthorization}\n", i, i%7)
		if i == 2_500 {
			b.WriteString("\n# a comment in between\n  - provider: github\n    user_id: >-\n      over\n      " +
				"lines\n    scenario: short\n")
		}
	}
	b.WriteString("scenarios:\n  short: {expires_in: 5m}\n")
	set, err := scenarios.Parse("large.yaml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(set.Connections()); got != n+1 {
		t.Fatalf("%d connections", got)
	}
	final := set.Connections()[n]
	if want := (scenarios.Key{Provider: "github", User: "user_04999", Organization: "org_1"}); final.Key != want ||
		final.Position.Line != 5011 || final.Position.Column != 5 {
		t.Errorf("the last connection is %+v", final)
	}
	if c := set.Connection(scenarios.Key{Provider: "github", User: "over lines"}); c == nil ||
		c.Scenario.Name != "short" {
		t.Errorf("the connection over several lines is %+v", c)
	}

	bad := strings.Replace(b.String(), "user_04000, organization_id: org_3, scenario: needs",
		"user_04000, organization_id: org_3, scenario: neds", 1) + "nonsense: 1\n"
	_, err = scenarios.Parse("large.yaml", []byte(bad))
	want := "large.yaml:4012:79: unknown scenario \"neds_reauthorization\" (did you mean needs_reauthorization?)\n" +
		"large.yaml:5014:1: unknown key \"nonsense\" (it takes version, seed, start, strict, providers, users, " +
		"organizations, scenarios, age, connections, switches, faults, consent, redirect_uris, " +
		"multiple_connections, max_connections, webhooks)"
	if fmt.Sprint(err) != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}

	broken := strings.Replace(b.String(), "user_id: user_04000,", "user_id: [user_04000,", 1)
	if _, err = scenarios.Parse("large.yaml", []byte(broken)); !strings.Contains(fmt.Sprint(err), "large.yaml:40") {
		t.Errorf("a syntax error in a chunk is reported as %v", err)
	}
}

func TestDurationsReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1h": "1h", "90m": "1h30m", "60s": "1m", "-90s": "-1m30s", "1500ms": "1.5s", "24h": "24h", "1h0m1s": "1h0m1s",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			d, err := scenarios.ParseDuration(text)
			if got := scenarios.FormatDuration(d); err != nil || got != want {
				t.Errorf("%s (%v), want %s", got, err, want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml"} {
		found, _ := filepath.Glob(pattern)
		for _, file := range found {
			data, _ := os.ReadFile(file)
			f.Add(data)
		}
	}
	f.Add([]byte("version: 1\nseed: ${N:-2}\nusers: [$${a}, ${EMPTY}, \"${NUMBER\", \ue000]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := scenarios.ParseWith("f.yaml", data, variables)
		if (set == nil) == (err == nil) {
			t.Fatalf("the Set is %v, and the error %v", set, err)
		}
		if problems, ok := err.(scenarios.Problems); err != nil && (!ok || len(problems) == 0) {
			t.Fatalf("an error without problems: %#v", err)
		}
		for _, line := range strings.Split(fmt.Sprint(err), "\n") {
			if err != nil && !regexp.MustCompile(`^f\.yaml:[1-9]\d*:[1-9]\d*: .`).MatchString(line) {
				t.Fatalf("a problem without its position: %q", line)
			}
		}
	})
}

func FuzzParseInline(f *testing.F) {
	f.Add([]byte(`{"expires_in": "5m", "refresh": "fails"}`))
	f.Add([]byte(`{"scopes": ["a", 1, null, {}], "state": true}`))
	f.Add([]byte(`{"expires_in": 1e400}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		scenario, err := scenarios.ParseInline(scenarios.Builtin(), data)
		if (scenario == nil) == (err == nil) {
			t.Fatalf("the scenario is %v, and the error %v", scenario, err)
		}
		if err == nil && len(scenario.State.Check()) > 0 {
			t.Fatalf("a bad state was accepted: %+v", scenario.State)
		}
	})
}
