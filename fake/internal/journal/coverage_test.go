package journal

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

func TestAnswerOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		connection model.View
		want       Answer
	}{
		"connected":            {model.View{State: scenarios.Connected}, Active},
		"not installed":        {model.View{State: scenarios.NotInstalled, Stale: true}, NotInstalled},
		"needs authorization":  {model.View{State: scenarios.NeedsReauthorization}, NeedsReauthorization},
		"expired":              {model.View{State: scenarios.Connected, Stale: true}, Expired},
		"lacks scopes":         {model.View{MissingScopes: []string{"a"}}, MissingScopes},
		"expired, lacks scope": {model.View{MissingScopes: []string{"a"}, Stale: true}, MissingScopes | Expired},
	} {
		if got := AnswerOf(&c.connection); got != c.want {
			t.Errorf("%s: the answer is %b, want %b", name, got, c.want)
		}
	}
}

func TestWhatAnEntryCovers(t *testing.T) {
	t.Parallel()
	github := scenarios.Key{Provider: "github"}
	answer := func(name string) CoverageKey { return CoverageKey{"github", KindAnswer, name} }
	for name, c := range map[string]struct {
		entry Entry
		want  []CoverageKey
	}{
		"nothing":   {Entry{Key: github}, nil},
		"an answer": {Entry{Key: github, Answer: Active}, []CoverageKey{answer("active")}},
		"two answers": {
			Entry{Key: github, Answer: MissingScopes | Expired},
			[]CoverageKey{answer("missing_scopes"), answer("expired")},
		},
		"an error": {
			Entry{Key: github, Code: "not_found", Error: "x"}, []CoverageKey{{"github", KindError, "not_found"}},
		},
		"a fault that replaced the response": {
			Entry{Key: github, FaultKind: "status", Altered: true, Answer: Active}, []CoverageKey{{"github",
				KindFault, "status"}},
		},
		"a fault that delayed the response": {
			Entry{Key: github, FaultKind: "delay", Answer: Active},
			[]CoverageKey{{"github", KindFault, "delay"}, answer("active")},
		},
		"a new integration": {
			Entry{Key: github, Operation: "create_data_integration"}, []CoverageKey{{"github", KindIntegration, ""}},
		},
		"an integration that was refused": {
			Entry{Operation: "create_data_integration", Error: "x", Code: "invalid"}, []CoverageKey{{"",
				KindError, "invalid"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := appendCovered(nil, &c.entry); !slices.Equal(got, c.want) {
				t.Errorf("it counts for %v, want %v", got, c.want)
			}
		})
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	counted := Coverage{
		{"answered", KindAnswer, "active"}: 1, {"created", KindIntegration, ""}: 1, {"refused", KindError, "x"}: 1,
		{"broken", KindFault, "status"}: 1, {"made-up", KindFault, "status"}: 1, {"", KindAnswer, "active"}: 1,
	}
	exists := func(slug string) bool { return slug == "broken" }
	want := []string{"answered", "broken", "created", "declared"}
	if got := counted.Providers(exists, "declared"); !slices.Equal(got, want) {
		t.Errorf("the providers are %q, want %q", got, want)
	}
}

func TestForProviders(t *testing.T) {
	t.Parallel()
	counted := Coverage{{"a", KindError, "x"}: 1, {"b", KindError, "x"}: 2, {"", KindError, "x"}: 4}
	want := Coverage{{"a", KindError, "x"}: 1, {"", KindError, "x"}: 6}
	if got := counted.ForProviders([]string{"a"}); !maps.Equal(got, want) {
		t.Errorf("the coverage is %v, want %v", got, want)
	}
}

// What applications make up cannot fill the memory; what is known already counts on.
func TestCoverageIsBounded(t *testing.T) {
	t.Parallel()
	var counted, other Coverage
	for i := range maxCovered + 10 {
		counted.add(CoverageKey{fmt.Sprint(i), KindError, "x"}, 1)
	}
	other.add(CoverageKey{"0", KindError, "x"}, 2)
	other.add(CoverageKey{"new", KindError, "x"}, 2)
	counted.Merge(other)
	if n := len(counted); n != maxCovered {
		t.Errorf("%d keys are counted, want %d", n, maxCovered)
	}
	if n := counted[CoverageKey{"0", KindError, "x"}]; n != 3 {
		t.Errorf("a known key was counted %d times, want 3", n)
	}
}

// The revision of a journal changes with what is covered, not with how often.
func TestRevision(t *testing.T) {
	t.Parallel()
	j := New(0)
	for _, step := range []struct {
		name string
		do   func()
		want uint64
	}{
		{"something new", func() { j.CountFault("github", "status") }, 1},
		{"the same again", func() { j.CountFault("github", "status") }, 1},
		{"a request with two new answers", func() { j.Add(&Entry{Answer: MissingScopes | Expired}) }, 3},
		{"a restore", func() { j.RestoreCoverage(Coverage{}) }, 4},
		{"a reset", func() { j.Reset() }, 5},
	} {
		if step.do(); j.Revision() != step.want {
			t.Errorf("after %s, the revision is %d, want %d", step.name, j.Revision(), step.want)
		}
	}
}
