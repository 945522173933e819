package fake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// scenarioOf returns the scenario in force for alice.
func scenarioOf(pipes fake.Controller) string {
	return pipes.Explain(fake.Provider("github"), fake.User("alice")).Scenario
}

// The options of a test are for its own environment alone, and a reset returns to the start that they describe.
func TestOptionsOfATestOnASharedServer(t *testing.T) {
	t.Parallel()
	shared, err := fake.New(fake.WithScenario("expired"), fake.WithSeed(7))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shared.Close)
	file := filepath.Join(t.TempDir(), "own.yaml")
	text := "version: 1\nstart: not_installed\nscenarios: {mine: {}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := start(t, fake.WithServer(shared))
	for name, c := range map[string]struct {
		options []fake.Option
		says    string
		time    bool // whether the clock stands still at noon
		mine    bool // whether there is a scenario of the test
	}{
		"no options":   {nil, "expired", false, false},
		"WithTime":     {[]fake.Option{fake.WithTime(noon)}, "expired", true, false},
		"WithScenario": {[]fake.Option{fake.WithScenario("not_installed")}, "not_installed", false, false},
		"WithScenarioFile": {
			[]fake.Option{fake.WithScenarioFile(file), fake.WithTime(noon)}, "not_installed", true, true,
		},
		"WithScenarios": {
			[]fake.Option{fake.WithScenarios(parse(t, "version: 1\nscenarios: {mine: {state: not_installed}}\n")),
				fake.WithScenario("mine")},
			"mine", false, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, append(c.options, fake.WithServer(shared))...)
			check := func(when string) {
				t.Helper()
				expect(t, "the state "+when, scenarioOf(w), c.says)
				expect(t, "the clock "+when, w.Now().Equal(noon) && w.Frozen(), c.time)
				expect(t, "the scenarios "+when, strings.Contains(strings.Join(w.Scenarios(), " "), "mine"), c.mine)
			}
			check("at first")
			w.Use("active")
			w.Advance(time.Hour)
			w.Unfreeze()
			w.Reset()
			check("after a reset")
			w.TryScenarios("version: 1\nscenarios: {mine: {}}\n")
			w.UntryScenarios()
			check("after a trial")
			shared.DeleteEnvironment(w.Name())
			check("after a deletion")
			expect(t, "others", scenarioOf(plain), "expired")
		})
	}
}

// Ids and tokens are the same in every run, with the seed of the test or of the server.
func TestSeedOfATestOnASharedServer(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t)
	name := t.Name()
	got := func(options ...fake.Option) string {
		n := &named{name: name}
		defer n.close()
		s := fake.Start(n, append(options, fake.WithServer(shared), fake.WithTime(noon))...)
		w := worldOf(t, s)
		first := w.token("github", "alice").AccessToken.AccessToken + " " + w.authorize()
		w.Reset()
		again := w.token("github", "alice").AccessToken.AccessToken + " " + w.authorize()
		if options != nil {
			expect(t, "after a reset", again, first)
		}
		return first
	}
	expect(t, "the same seed", got(fake.WithSeed(1)), got(fake.WithSeed(1)))
	if got(fake.WithSeed(1)) == got(fake.WithSeed(2)) {
		t.Error("seeds 1 and 2 make the same tokens")
	}
	token, _, _ := strings.Cut(got(), " ")
	seeded, _, _ := strings.Cut(got(fake.WithSeed(1)), " ")
	expect(t, "the usual seed is 1", token, seeded)
}

// When the server loads another file, tests without a file of their own start with it, and the others keep theirs.
func TestReloadUnderTests(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t, fake.WithScenarios(parse(t, "version: 1\nscenarios: {gone: {expires_in: 5m}}\n")))
	plain := start(t, fake.WithServer(shared), fake.WithTime(noon))
	own := start(t, fake.WithServer(shared), fake.WithScenarios(parse(t, "version: 1\nstart: not_installed\n")))
	named := start(t, fake.WithServer(shared), fake.WithScenario("missing_scopes"))
	renamed := start(t, fake.WithServer(shared), fake.WithScenario("gone"), fake.WithSeed(7))
	shared.Reload(parse(t, "version: 1\nstart: expired\n"))
	expect(t, "without a file", scenarioOf(plain), "expired")
	expect(t, "its clock", plain.Now(), noon)
	expect(t, "with a file", scenarioOf(own), "not_installed")
	expect(t, "with a scenario", scenarioOf(named), "missing_scopes")
	expect(t, "with a scenario that the new file lacks", scenarioOf(renamed), "expired")
	expect(t, "its seed", decode[struct{ Seed int }](t, renamed.do("GET", "/_control/state", ""), 200).Seed, 7)
}

// The state file of a shared server has no environments of tests, which end with their tests.
func TestStateFileOfASharedServer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	shared, err := fake.New(fake.WithState(path))
	if err != nil {
		t.Fatal(err)
	}
	shared.Environment("kept").Use("expired")
	start(t, fake.WithServer(shared), fake.WithSeed(3)).Use("expired")
	shared.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "one of the server", strings.Contains(string(text), `"kept"`), true)
	expect(t, "one of a test", strings.Contains(string(text), "test-"), false)
}

func TestOptionsThatATestCannotHave(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t)
	for name, c := range map[string]struct {
		option fake.Option
		want   string
	}{
		"the journal": {fake.WithJournal(5), "WithJournal is an option of the server that is shared: give it to New"},
		"the address": {fake.WithAddress("127.0.0.1:0"), "WithAddress is an option"},
		"verbose":     {fake.WithVerbose(), "WithVerbose is an option"},
		"no scenario": {fake.WithScenario("activ"), "did you mean active?"},
		"no file":     {fake.WithScenarioFile("missing.yaml"), "missing.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r recorder
			fake.Start(&r, c.option, fake.WithServer(shared))
			if !strings.Contains(r.fatal, c.want) {
				t.Errorf("it says %q, want %q", r.fatal, c.want)
			}
		})
	}
	expect(t, "no environment is left", strings.Join(shared.Environments(), " "), "default")
}

// A shared server that does not listen is the usual reason why nothing was asked of it.
func TestSharedServerThatDoesNotListen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []fake.Option
		asks bool
		says bool
	}{
		"in memory":     {nil, false, true},
		"and was asked": {nil, true, false},
		"listens":       {[]fake.Option{fake.WithAddress("127.0.0.1:0")}, false, false},
	} {
		shared, err := fake.New(c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(shared.Close)
		var r recorder
		server := fake.Start(&r, fake.WithServer(shared))
		if c.asks {
			worldOf(t, server).token("github", "alice")
		}
		r.fatal = "failed"
		r.close()
		expect(t, name, strings.Contains(r.logged, `the shared server does not listen`), c.says)
	}
}
