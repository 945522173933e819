package scenarios

import (
	"math"
	"strings"
	"testing"
	"time"
)

// scripts returns scenarios for tests: states, and scripts that contain them.
func scripts() map[string]*Scenario {
	connected := &Scenario{Name: "connected"}
	lacking := &Scenario{State: State{MissingScopes: []string{"repo"}}}
	outage := Step{Fault: &Fault{Hang: true}, Times: 1}
	inner := &Scenario{Name: "inner", Steps: []Step{outage, {Scenario: connected, For: time.Minute}}}
	return map[string]*Scenario{
		"a state with a name":     connected,
		"a state without a name":  lacking,
		"a script that counts":    inner,
		"a script within another": {Steps: []Step{{Scenario: inner, For: time.Hour}, {Scenario: connected}}},
		"a script that repeats": {
			Steps:  []Step{{Scenario: inner, For: time.Hour}, {Scenario: lacking, For: time.Minute}},
			Repeat: Forever,
		},
		"a script that takes ages": {
			Steps:  []Step{{Scenario: connected, For: math.MaxInt64}, {Scenario: connected, For: math.MaxInt64}},
			Repeat: 2,
		},
	}
}

func TestTitleAndTextOfScenario(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ title, text string }{
		"a state with a name":    {"connected", `"connected"`},
		"a state without a name": {"{missing_scopes: [repo]}", `{"missing_scopes":["repo"]}`},
		"a script that counts":   {"inner", `"inner"`},
		"a script within another": {"a script of 2 steps",
			`{"steps":[{"scenario":"inner","for":"1h"},{"scenario":"connected"}]}`},
		"a script that repeats": {"a script of 2 steps", `{"steps":[{"scenario":"inner","for":"1h"},` +
			`{"scenario":{"missing_scopes":["repo"]},"for":"1m"}],"repeat":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario := scripts()[name]
			if got := scenario.Title(); got != c.title {
				t.Errorf("the title is %s, not %s", got, c.title)
			}
			if got, err := scenario.Text(); err != nil || string(got) != c.text {
				t.Errorf("the text is %s (%v), not %s", got, err, c.text)
			}
		})
	}
	t.Run("a state with many scopes", func(t *testing.T) {
		t.Parallel()
		long := Scenario{State: State{Scopes: []string{strings.Repeat("ü", 400)}}}
		if got, want := long.Title(), "{scopes: ["+strings.Repeat("ü", 145)+"…}"; got != want {
			t.Errorf("the title is %s, not %s", got, want)
		}
	})
}

// A fault does not change the state, so a script begins in the state of its first scenario.
func TestFirstStateOfScenario(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a state with a name":     "connected",
		"a state without a name":  "{missing_scopes: [repo]}",
		"a script that counts":    "connected",
		"a script within another": "connected",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := scripts()[name].First().Title(); got != want {
				t.Errorf("it begins in %s, not %s", got, want)
			}
		})
	}
}

func TestRoundOfScript(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]time.Duration{
		"a state with a name":      0,
		"a script that counts":     0,
		"a script within another":  0,
		"a script that repeats":    time.Hour + time.Minute,
		"a script that takes ages": math.MaxInt64,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := scripts()[name].Round(); got != want {
				t.Errorf("its steps take %s, not %s", got, want)
			}
		})
	}
}

// A scenario cannot lack scopes if the provider asks for none.
func TestCheckLacking(t *testing.T) {
	t.Parallel()
	const problem = "{missing_scopes: [repo]} lacks scopes, but bare asks for none: " +
		"give it scopes under providers, or name another provider"
	for name, c := range map[string]struct {
		scenario string
		asked    []string
		want     string
	}{
		"a state that lacks none":                  {"a state with a name", nil, ""},
		"a state that lacks one":                   {"a state without a name", nil, problem},
		"a script with such a state":               {"a script that repeats", nil, problem},
		"a script without such a state":            {"a script that counts", nil, ""},
		"a state, and a provider that asks for it": {"a state without a name", []string{"repo"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := CheckLacking(scripts()[c.scenario], "bare", c.asked); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestScenariosWithoutTokens(t *testing.T) {
	t.Parallel()
	token := func(text string) *Scenario { return &Scenario{State: State{AccessToken: text}} }
	for name, c := range map[string]struct {
		scenario *Scenario
		want     string
		had      bool
	}{
		"a known token": {token("known"), `{"access_token":"known"}`, false},
		"another token": {token("other"), `{}`, true},
		"no token":      {&Scenario{State: State{Refresh: RefreshFails}}, `{"refresh":"fails"}`, false},
		"a named state": {&Scenario{Name: "a", State: State{AccessToken: "other"}}, `"a"`, false},
		"steps with both, and a fault": {
			&Scenario{Steps: []Step{
				{Scenario: token("known"), Times: 1}, {Fault: &Fault{Hang: true}, Times: 1}, {Scenario: token("other")},
			}},
			`{"steps":[{"scenario":{"access_token":"known"},"times":1},{"fault":{"hang":true},"times":1},` +
				`{"scenario":{}}]}`, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _ := c.scenario.Text()
			less, had := c.scenario.Without(map[string]bool{"known": true})
			text, err := less.Text()
			if err != nil || string(text) != c.want || had != c.had {
				t.Errorf("%s, %v (%v), want %s, %v", text, had, err, c.want, c.had)
			}
			if after, _ := c.scenario.Text(); string(after) != string(before) {
				t.Errorf("the scenario itself became %s", after)
			}
			if c.scenario.Name != "" && less != c.scenario {
				t.Error("a scenario with a name was copied")
			}
		})
	}
}
