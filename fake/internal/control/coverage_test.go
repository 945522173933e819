package control

import (
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
)

func TestCoverageView(t *testing.T) {
	t.Parallel()
	counted := journal.Coverage{
		{Provider: "github", Kind: journal.KindAnswer, Name: "active"}:                     3,
		{Provider: "github", Kind: journal.KindAnswer, Name: "expired"}:                    1,
		{Provider: "github", Kind: journal.KindFault, Name: "status"}:                      2,
		{Provider: "made-up", Kind: journal.KindError, Name: string(pipes.EntityNotFound)}: 4,
	}
	view := views{}.coverage([]string{"github", "slack"}, counted)
	if view.Percent != 20 || view.Seen != 2 || view.Of != 10 || view.Errors[string(pipes.EntityNotFound)] != 4 {
		t.Errorf("the coverage is %+v", view)
	}
	github := view.Providers[0]
	missing := []string{"missing_scopes", "not_installed", "needs_reauthorization"}
	if github.Percent != 40 || github.Faults["status"] != 2 || !slices.Equal(github.Missing, missing) {
		t.Errorf("the coverage of github is %+v", github)
	}
	markdown := view.markdown()
	for _, line := range []string{
		"# Coverage: 20 % (2 of 10 answers)\n",
		"| github | 3 | – | 1 | – | – | – | status 2 |\n", "| slack | – | – | – | – | – | – | – |\n",
		"\nWithout a provider: errors entity_not_found 4; faults –.\n", "\nFaults never seen: ",
	} {
		if !strings.Contains(markdown, line) {
			t.Errorf("the table lacks %q:\n%s", line, markdown)
		}
	}
	if empty := (views{}).coverage(nil, nil); empty.Percent != 0 || empty.Of != 0 {
		t.Errorf("the coverage of no provider is %+v", empty)
	}
}
