package yamltree

import (
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	v := NewVariables(func(name string) (string, bool) { return "(" + name + ")", strings.HasPrefix(name, "N") })
	for text, want := range map[string]string{
		"":                    "",
		"$":                   "$",
		"a{b}$c":              "a{b}$c",
		"${N}":                "(N)",
		"${N}${N_1}":          "(N)(N_1)",
		"${X:-}":              "",
		"${X:-:-}":            ":-",
		"${X:-a}b}":           "ab}",
		"$${N}":               "${N}",
		"$$${N}":              "$${N}",
		"$${${N}":             "${(N)",
		"${N":                 "error: ${N is not closed",
		"${N:-a":              "error: ${N is not closed",
		"${N ${N}":            "error: ${N is not closed",
		"${N:-${N}}":          "error: the default of ${N:-…} contains another ${",
		"${}":                 "error: ${} names no variable",
		"${:-a}":              "error: ${} names no variable",
		"${N-a}":              `error: "-" cannot follow ${N,`,
		"${N:a}":              `error: ":" cannot follow ${N,`,
		"${Nö}":               `error: "ö" cannot follow ${N,`,
		"${N\n}":              `error: "\n" cannot follow ${N,`,
		"${0}":                `error: "0" cannot follow ${,`,
		"${X}":                "error: the environment variable X is not set",
		"${N:-hush}${X-hush}": `error: "-" cannot follow ${X,`,
	} {
		t.Run(text, func(t *testing.T) {
			got, err := v.expand(text)
			wantError, isError := strings.CutPrefix(want, "error: ")
			switch {
			case isError && (err == nil || !strings.HasPrefix(err.Error(), wantError)):
				t.Errorf("the error is %v, not %s", err, wantError)
			case isError && strings.Contains(err.Error(), "hush"):
				t.Errorf("the error quotes a default: %v", err)
			case !isError && (err != nil || got != want):
				t.Errorf("it becomes %q (%v), not %q", got, err, want)
			}
		})
	}
}

// What escape returns expands to the same text.
func TestEscape(t *testing.T) {
	t.Parallel()
	v := NewVariables(func(string) (string, bool) { return "", false })
	for _, text := range []string{"", "a", "$", "$$", "{", "${", "$${", "$$${", "${a}", "${${", "}${", "$ {"} {
		if got, err := v.expand(escape(text)); got != text || err != nil {
			t.Errorf("%q becomes %q (%v)", text, got, err)
		}
	}
}

// Only the braces that yaml.v3 would take for those of a mapping are hidden: < and > stand for the runes.
func TestHideBraces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a":                     "a",
		"{a: 1}":                "{a: 1}",
		"{a: ${N}}":             "{a: $<N>}",
		"{a: ${N:-2}, b: ${M}}": "{a: $<N:-2>, b: $<M>}",
		"{a: $${N}}":            "{a: $$<N>}",
		"{a: ${N, b: 1}":        "{a: $<N, b: 1}",
		"{a: \"${N\", b: {}}":   "{a: \"$<N\", b: {}}",
		"{a: [${N], b: {}}":     "{a: [$<N], b: {}}",
		"a: ${N\nb: {}":         "a: $<N\nb: {}",
		"{a: ${N${M}}":          "{a: $<N$<M>}",
	} {
		hidden, b := hideBraces(text)
		if b == nil {
			b = &braces{opening: '<', closing: '>'}
		}
		shown := strings.NewReplacer(string(b.opening), "<", string(b.closing), ">").Replace(hidden)
		if shown != want || b.restored(hidden) != text {
			t.Errorf("%s becomes %s, not %s", text, shown, want)
		}
	}
}

// A text with nearly every private rune keeps its braces, and one with some gets others.
func TestHideBracesInTextsWithPrivateRunes(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for r := '\ue000'; r < '\uf8ff'; r++ {
		all.WriteRune(r)
	}
	if hidden, b := hideBraces("${N}" + all.String()); b != nil || !strings.HasPrefix(hidden, "${N}") {
		t.Errorf("the braces are %+v", b)
	}
	if _, b := hideBraces("${N}\ue000\ue002"); b == nil || b.opening != '\ue001' || b.closing != '\ue003' {
		t.Errorf("the braces are %+v", b)
	}
}

// Comments, keys and tags are not expanded, and have their braces.
func TestParseRestoresBraces(t *testing.T) {
	t.Parallel()
	const text = "# head ${N}\n${N}: {a: ${N}} # line ${N}\n\"${N:-{}}\": b\n# foot ${N}\n"
	var r fields.Reader
	document := Parse(&r, text, NewVariables(func(string) (string, bool) { return "1", true }))
	if document == nil || len(r.Mistakes) > 0 {
		t.Fatalf("mistakes: %+v", r.Mistakes)
	}
	document.KeepWritten(nil, nil)
	got, err := document.Text()
	if want := strings.Replace(text, "a: ${N}", "a: 1", 1); string(got) != want || err != nil {
		t.Errorf("it is written as\n%s\nnot\n%s(%v)", got, want, err)
	}
}
