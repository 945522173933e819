package control

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Checking a text lists its warnings apart from its problems, also if it has both.
func TestPostScenariosCheck(t *testing.T) {
	t.Parallel()
	const typo = "version: 1\nusers: [alice]\nfaults: [{status: 500, user_id: alcie}]\n"
	const warning = `3:10 user "alcie" is not in users (did you mean alice?): correct it, or add it to the list`
	for name, c := range map[string]struct {
		text     string
		problems []string
		warnings []string
	}{
		"a valid text": {"version: 1\n", nil, nil},
		"warnings":     {typo, nil, []string{warning}},
		"problems and warnings": {
			typo + "seed: x\n", []string{`4:7 seed must be a whole number, not "x"`}, []string{warning},
		},
		"a problem in what others name": {
			typo + "organizations: 1\n", []string{"4:16 organizations must be a list, not the number 1"}, nil,
		},
		"a problem and a typo in one entry": {
			strings.Replace(typo, "500", "50", 1), []string{"3:19 status is 50, not a status from 200 to 599"}, nil,
		},
		"a text that is not YAML": {
			"version: [\n",
			[]string{"1:1 not YAML, here or in the lines below: did not find expected node content"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := PostScenariosCheck(newCall(t, "version: 1\n").withBody(c.text))
			if err != nil {
				t.Fatal(err)
			}
			checked := result.(CheckedText)
			if checked.OK != (c.problems == nil) || checked.Count != len(c.problems) {
				t.Errorf("ok is %t, the count is %d", checked.OK, checked.Count)
			}
			if got := placed(checked.Problems); !slices.Equal(got, c.problems) {
				t.Errorf("the problems are %q", got)
			}
			if got := placed(checked.Warnings); !slices.Equal(got, c.warnings) {
				t.Errorf("the warnings are %q", got)
			}
			if text := encoded(t, checked); !strings.Contains(text, `"warnings":[`) {
				t.Errorf("the field warnings is missing: %s", text)
			}
		})
	}
}

// placed returns problems as texts: line:column message.
func placed(problems []TextProblem) (lines []string) {
	for _, one := range problems {
		lines = append(lines, fmt.Sprintf("%d:%d %s", one.Line, one.Column, one.Message))
	}
	return lines
}

// A hundred warnings are listed.
func TestManyWarnings(t *testing.T) {
	t.Parallel()
	text := "version: 1\nusers: []\nfaults:\n"
	for i := range maxTextProblems + 1 {
		text += fmt.Sprintf("  - {status: 500, user_id: user_%d}\n", i)
	}
	result, err := PostScenariosCheck(newCall(t, "version: 1\n").withBody(text))
	if err != nil || len(result.(CheckedText).Warnings) != maxTextProblems {
		t.Errorf("%v %v", result, err)
	}
}
