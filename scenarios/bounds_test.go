package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// A file has no more faults and webhooks than an environment: those beyond would be dropped without a word.
func TestFilesHaveAtMostSoManyFaultsAndWebhooks(t *testing.T) {
	t.Parallel()
	list := func(key, each string, n int) string {
		var text strings.Builder
		text.WriteString("version: 1\n" + key + ":\n")
		for i := range n {
			fmt.Fprintf(&text, "  - "+each+"\n", i)
		}
		return text.String()
	}
	for _, test := range []struct{ name, text, want string }{
		{"faults at the limit", list("faults", "{status: 503, user_id: u%d}", 1000), ""},
		{"too many faults", list("faults", "{status: 503, user_id: u%d}", 1001),
			"f.yaml:3:3: faults has 1001 entries; at most 1000 are allowed: take some out"},
		{"webhooks at the limit", list("webhooks", `{url: "http://localhost/%d"}`, 1000), ""},
		{"too many webhooks", list("webhooks", `{url: "http://localhost/%d"}`, 1001),
			"f.yaml:3:3: webhooks has 1001 entries; at most 1000 are allowed: take some out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f.yaml", []byte(test.text))
			if told := fmt.Sprint(err); test.want != told && !(test.want == "" && err == nil) {
				t.Errorf("the error is %.300s, not %q", told, test.want)
			}
		})
	}
}
