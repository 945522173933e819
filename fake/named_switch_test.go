package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// A switch that names one connection is the first line of most tests of webhooks, so it emits the event also if nobody
// asked for the connection before.
func TestEventsOfASwitchThatNamesOneConnection(t *testing.T) {
	t.Parallel()
	const lost, back = "pipes.connected_account.reauthorization_needed", "pipes.connected_account.connected"
	for name, one := range map[string]struct {
		switches []string
		advance  time.Duration
		want     string
	}{
		"a provider and a user": {
			switches: []string{`{"scenario": "needs_reauthorization", "provider": "github", "user_id": "alice"}`},
			want:     lost,
		},
		"with an organization": {
			switches: []string{`{"scenario": "needs_reauthorization", "provider": "github", "user_id": "alice",
				"organization_id": "acme"}`},
			want: lost,
		},
		"one of the file": {
			switches: []string{`{"scenario": "active", "provider": "github", "user_id": "bob",
				"organization_id": "acme"}`},
			want: back,
		},
		"one of an organization": {
			switches: []string{`{"scenario": "needs_reauthorization", "provider": "slack", "organization_id": "acme"}`},
			want:     lost,
		},
		"the end of its ttl": {
			switches: []string{
				`{"scenario": "needs_reauthorization", "provider": "github", "user_id": "alice", "ttl": "5m"}`,
			},
			advance: 6 * time.Minute,
			want:    lost + " " + back,
		},
		"twice": {
			switches: []string{
				`{"scenario": "needs_reauthorization", "provider": "github", "user_id": "alice"}`,
				`{"scenario": "needs_reauthorization", "provider": "github", "user_id": "alice"}`,
			},
			want: lost,
		},
		"no change": {switches: []string{`{"scenario": "active", "provider": "github", "user_id": "alice"}`}},
		"a user":    {switches: []string{`{"scenario": "needs_reauthorization", "user_id": "alice"}`}},
		"a provider": {
			switches: []string{`{"scenario": "needs_reauthorization", "provider": "github"}`},
		},
		"an organization without connections of its own": {
			switches: []string{`{"scenario": "needs_reauthorization", "provider": "github",
				"organization_id": "acme"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, `version: 1
providers: {github: {}, slack: {ownership: [organization]}}
connections: [{provider: github, user_id: bob, organization_id: acme, scenario: needs_reauthorization}]
`, fake.WithTime(noon))
			for _, body := range one.switches {
				w.put(body)
			}
			w.Advance(one.advance)
			var got []string
			for _, event := range w.Events() {
				got = append(got, event.Name)
			}
			expect(t, "the events", strings.Join(got, " "), one.want)
		})
	}
}
