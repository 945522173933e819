package fake_test

import (
	"os"
	"strings"
	"testing"
)

// Every name of the newest SDK can be listed and subscribed to.
func TestNamesOfEvents(t *testing.T) {
	t.Parallel()
	w := start(t)
	text, err := os.ReadFile("internal/pipes/event_names.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(text))
	expect(t, "names", len(names), 113)
	w.tries(
		try{"listed", "GET /events?events=" + strings.Join(names, ","), "", 200, `"data":[]`},
		try{
			"subscribed to", "POST /webhook_endpoints",
			`{"endpoint_url": "http://app", "events": ["` + strings.Join(names, `", "`) + `"]}`,
			201, "agent.instance.created",
		},
		try{"misspelt", "GET /events?events=agent.instance.create", "", 400, "did you mean agent.instance.created"},
	)
}
