package fields

import (
	"fmt"
	"testing"
)

// numberCase is a value as a JSON document contains it, and what a type reads from it.
type numberCase struct{ text, want string }

// readNumbers reads each value with a type. A mistake is in place of the value.
func readNumbers[V any](t *testing.T, kind Type[V], cases map[string]numberCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Reader
			value, ok := kind.TryRead(&r, parse(t, c.text), "n")
			got := fmt.Sprint(value)
			if !ok {
				got = r.Mistakes[0].Message
			}
			if ok != (len(r.Mistakes) == 0) || got != c.want {
				t.Errorf("%s, %v; want %s", got, ok, c.want)
			}
		})
	}
}

func TestWhole(t *testing.T) {
	t.Parallel()
	readNumbers(t, Whole(), map[string]numberCase{
		"a number":           {"5", "5"},
		"the smallest":       {"-9223372036854775808", "-9223372036854775808"},
		"a smaller one":      {"-9223372036854775809", "n is too small: the number -9223372036854775809"},
		"a larger one":       {"9223372036854775808", "n is too large: the number 9223372036854775808"},
		"a fraction":         {"1.5", "n must be a whole number, not the number 1.5"},
		"a number in quotes": {`"5"`, `n must be a whole number, not "5": remove the quotes`},
	})
}

func TestFraction(t *testing.T) {
	t.Parallel()
	const must = "n must be a number more than 0 and at most 1, not "
	readNumbers(t, Fraction(), map[string]numberCase{
		"a number between":   {"0.5", "0.5"},
		"one":                {"1", "1"},
		"zero":               {"0", must + "the number 0"},
		"more than one":      {"1.5", must + "the number 1.5"},
		"too large to read":  {"1e400", must + "the number 1e400"},
		"a number in quotes": {`"0.5"`, must + `"0.5": remove the quotes`},
		"a text":             {`"often"`, must + `"often"`},
	})
}

func TestFractionMadeInGo(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{
		0.5: "", 1: "", 1.5: "must be more than 0 and at most 1", -1: "must be more than 0 and at most 1",
	} {
		t.Run(fmt.Sprint(value), func(t *testing.T) {
			t.Parallel()
			if got := Fraction().Check(value); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	readNumbers(t, Pattern(), map[string]numberCase{
		"an expression":         {`"^[a-z]+$"`, "^[a-z]+$"},
		"an empty text":         {`""`, "n must not be empty: leave it out for its default"},
		"not an expression":     {`"[a"`, "n is not a regular expression: missing closing ]: `[a`"},
		"one with a line break": {`"[\n"`, `n is not a regular expression: "missing closing ]: ` + "`[\\n`" + `"`},
	})
}
