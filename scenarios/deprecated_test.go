package scenarios

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
)

// What others may still use does what it did.
func TestDeprecatedFunctions(t *testing.T) {
	t.Parallel()
	var r fields.Reader
	read := ReadReference(&r, Builtin(), &fields.Node{Kind: fields.String, Text: "expired"}, "scenario")
	parsed, err := ParseReference(Builtin(), []byte(`"expired"`))
	if err != nil || read.Name != parsed.Name || len(r.Mistakes) > 0 {
		t.Errorf("references: %v and %v (%v)", read, parsed, err)
	}
	if !json.Valid(FaultSchema()) || !strings.Contains(string(ScenarioSchema("#/a", "#/b")), `"$ref":"#/b"`) {
		t.Error("the schemas are wrong")
	}
	for got, want := range map[string]string{
		Abridge("a"):                      "a",
		DidYouMean("activ", states()):     "",
		fmt.Sprint(Distance("a", "ab")):   "1",
		NotOneOf("conected", states()):    fields.NotOneOf("conected", states()),
		CheckScopeList([]string{""}):      `has "", which is not a scope: 1 to 500 printable characters without spaces`,
		CheckSlug("a/b"):                  `"a/b" is not a slug: 1 to 100 letters, digits, dashes, dots or underscores`,
		CheckID(""):                       "must not be empty",
		fmt.Sprint(IsName("a/b")):         "false",
		fmt.Sprint(IsWebURL("https://a")): "true",
		SimilarOperations("tokens")[:23]:  " (did you mean token?):",
		string(Comments([]string{"a"})):   "# a\n",
		string(Notes("a", "now", nil)):    "# Environment a as it stood at now, exported by pipesfake.\n\n",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
