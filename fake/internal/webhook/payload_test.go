package webhook

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Events that an older version saved have no details, and are shown without them, as WorkOS shows historical events.
func TestPayloadsWithAndWithoutDetails(t *testing.T) {
	t.Parallel()
	event := model.Event{Name: pipes.EventConnected, State: scenarios.Connected, At: time.Unix(0, 0)}
	event.Key = scenarios.Key{Provider: "github", User: "alice"}
	detailed := event
	detailed.Details = &model.EventDetails{AuthMethod: scenarios.OAuth, DisplayName: "<Work>"}
	for name, one := range map[string]struct {
		event model.Event
		want  string // after updated_at
	}{
		"without": {event, `"updated_at":"0001-01-01T00:00:00.000Z"},"created_at":`},
		"with": {detailed, `"updated_at":"0001-01-01T00:00:00.000Z","connection_role":"compatibility",` +
			`"account_identifier":null,"account_display_name":"<Work>","auth_method":"oauth","api_key_last_4":null,` +
			`"established_by_user_id":null,"state_reason":null},"created_at":`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Payload(&one.event)
			if err != nil || !strings.Contains(string(got), one.want) {
				t.Errorf("%s, %v: not with %s", got, err, one.want)
			}
		})
	}
}
