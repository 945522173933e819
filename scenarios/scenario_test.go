package scenarios

import (
	"strings"
	"testing"
	"time"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	connected, lacking := &Scenario{Name: "connected"}, &Scenario{State: State{MissingScopes: []string{"repo"}}}
	inner := &Scenario{Name: "inner",
		Steps: []Step{{Fault: &Fault{Hang: true}, Times: 1}, {Scenario: connected, For: time.Minute}}}
	outer := &Scenario{Steps: []Step{{Scenario: inner, For: time.Hour}, {Scenario: lacking, For: time.Minute}},
		Repeat: Forever}
	if outer.First() != connected {
		t.Errorf("it begins with %s", outer.First().Title())
	}
	if inner.Round() != 0 || outer.Round() != time.Hour+time.Minute {
		t.Errorf("rounds of %s and %s", inner.Round(), outer.Round())
	}
	if got := CheckLacking(outer, "bare", nil); !strings.HasPrefix(got,
		"{missing_scopes: [repo]} lacks scopes, but bare asks for none") {
		t.Errorf("lacking: %s", got)
	}
	if got := CheckLacking(outer, "github", []string{"repo"}); got != "" {
		t.Errorf("not lacking: %s", got)
	}
	text, err := outer.Text()
	want := `{"steps":[{"scenario":"inner","for":"1h"},{"scenario":{"missing_scopes":["repo"]},` +
		`"for":"1m"}],"repeat":true}`
	if err != nil || string(text) != want {
		t.Errorf("%s (%v)", text, err)
	}
	if outer.Title() != "a script of 2 steps" || inner.Title() != "inner" {
		t.Errorf("%s, %s", outer.Title(), inner.Title())
	}
}

func TestScenariosWithoutTokens(t *testing.T) {
	t.Parallel()
	token := func(text string) *Scenario { return &Scenario{State: State{AccessToken: text}} }
	script := &Scenario{Steps: []Step{{Scenario: token("known")}, {Scenario: token("other")},
		{Fault: &Fault{Hang: true}}}}
	less, had := script.Without(map[string]bool{"known": true})
	if !had || less.Steps[0].Scenario.State.AccessToken != "known" || less.Steps[1].Scenario.State.AccessToken != "" {
		t.Errorf("%v, %+v", had, less)
	}
	if script.Steps[1].Scenario.State.AccessToken != "other" {
		t.Error("the scenario itself changed")
	}
	named := &Scenario{Name: "a", State: State{AccessToken: "other"}}
	if same, had := named.Without(nil); same != named || had {
		t.Error("one with a name is the file's")
	}
}
