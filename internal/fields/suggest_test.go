package fields

import (
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"the beginning of a name":       {"user", " (did you mean user_id?)"},
		"two letters exchanged":         {"tmies", " (did you mean times?)"},
		"upper case":                    {"TIMES", " (did you mean times?)"},
		"nothing alike":                 {"xyz", ""},
		"an empty text":                 {"", ""},
		"a text of more than 100 bytes": {strings.Repeat("user_id", 20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := DidYouMean(c.text, []string{"times", "user_id"}); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Several names can be near, by their letters or because one is part of the other.
func TestDidYouMeanOneOf(t *testing.T) {
	t.Parallel()
	names := []string{"token", "get_account", "list_accounts", "create_api_key", "upsert_api_key", "update_api_key"}
	for text, want := range map[string]string{
		"tokn": " (did you mean token?)", "get_token": " (did you mean token?)", "TOKENS": " (did you mean token?)",
		"api_key":                   " (did you mean create_api_key, upsert_api_key or update_api_key?)",
		"account":                   " (did you mean get_account or list_accounts?)",
		"updat_api_key":             " (did you mean update_api_key, upsert_api_key or create_api_key?)",
		"t":                         "",
		"something else":            "",
		strings.Repeat("token", 30): "",
	} {
		if got := DidYouMeanOneOf(text, names, 3); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// An error lists the allowed values only if they are few.
func TestNotOneOf(t *testing.T) {
	t.Parallel()
	many := strings.Split("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu", " ")
	for name, c := range map[string]struct {
		text    string
		allowed []string
		want    string
	}{
		"few values": {"red", []string{"blue", "green"}, `is "red", not one of blue, green`},
		"few, and one is similar": {"gren", []string{"blue", "green"},
			`is "gren", not one of blue, green (did you mean green?)`},
		"many values": {"alfa", many,
			`is "alfa", which is unknown (did you mean alpha?): GET /_control/openapi.json lists them`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := NotOneOf(c.text, c.allowed); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A suggester stops when it has done all its work, so that a file with many mistakes is read in time.
func TestSuggesterStops(t *testing.T) {
	t.Parallel()
	spent := suggester{work: maxSuggestionWork}
	if got := spent.didYouMean("tmies", []string{"times"}); got != "" || !spent.isSpent() {
		t.Errorf("it suggests %q", got)
	}
}

func TestAbridgeAndOneLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(string) string
		text, want string
	}{
		"a text of 60 bytes":             {Abridge, strings.Repeat("a", 60), strings.Repeat("a", 60)},
		"a text of 61 bytes":             {Abridge, strings.Repeat("a", 61), strings.Repeat("a", 60) + "…"},
		"a character at the cut":         {Abridge, strings.Repeat("a", 59) + "üb", strings.Repeat("a", 59) + "…"},
		"a text without line breaks":     {OneLine, `a "b"`, `a "b"`},
		"a text with a line break in it": {OneLine, "a\nb", `"a\nb"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.change(c.text); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
