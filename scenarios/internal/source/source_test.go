package source

import (
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
)

// If the value of a secret is not where its position says, the secret may be anywhere: nothing of the text is shown.
func TestNothingIsShownOfTextsWithMisplacedSecrets(t *testing.T) {
	t.Parallel()
	const text = "first: {a: \"other\", b: 'it''s'}\nsecond: &x SECRET\nthird: |-\n  SECRET\n"
	for name, c := range map[string]struct {
		line, column int32
		value        string
		isShown      bool
	}{
		"its place":                  {2, 9, "SECRET", true},
		"its place in a block":       {3, 8, "SECRET", true},
		"its place in double quotes": {1, 12, "other", true},
		"its place in single quotes": {1, 24, "it's", true},
		"an empty value":             {9, 1, "", true},
		"another value":              {2, 1, "SECRET", false},
		"another quoted value":       {1, 12, "SECRET", false},
		"another value in quotes":    {1, 24, "SECRET", false},
		"an anchor without a value":  {4, 9, "SECRET", false},
		"the end of a line":          {1, 99, "SECRET", false},
		"a line that is missing":     {9, 1, "SECRET", false},
		"no line":                    {0, 0, "SECRET", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := fields.Position{Line: c.line, Column: c.column}
			s := New(text, []*fields.Node{{Kind: fields.String, Text: c.value, Position: at}}, nil)
			lines := s.Lines(9)
			shown := strings.Join(lines, "\n")
			if isShown := strings.Contains(shown, "first"); isShown != c.isShown || len(lines) != 4 {
				t.Errorf("%d lines are shown:\n%s", len(lines), shown)
			}
			if !c.isShown && strings.Trim(shown, "…\n") != "" {
				t.Errorf("shown:\n%s", shown)
			}
		})
	}
}
