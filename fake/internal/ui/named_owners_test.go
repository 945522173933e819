package ui

import (
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// A user who is added is in the table and open before any request, also after the panel is closed.
func TestAnAddedUserIsInTheTable(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\nproviders: {github: {}, slack: {}}\n")
	for name, form := range map[string]url.Values{
		"user_ann": {"user_id": {"user_ann"}}, "user_bob": {"user_id": {"user_bob"}, "provider": {"slack"}},
		"user_cem": {"user_id": {"user_cem"}, "organization_id": {"org_a"}},
		"org_b":    {"organization_id": {"org_b"}},
	} {
		form.Set("somebody", "1")
		form.Set("scenario", "expired")
		page := get(t, r, press(r, "switch", form).Location)
		row := find(page, `id="row-\d+" class="plain">(?:owned by )?(`+name+`)<`)
		if !strings.Contains(page, `id="panel"`) || row == "" {
			t.Errorf("%s is not there and open: %s", name, page)
		}
	}
	page := get(t, r, "/_ui/")
	for _, name := range []string{"user_ann", "user_bob", "user_cem"} {
		if n := strings.Count(page, `class="plain">`+name+`<`); n != 1 {
			t.Errorf("%s is in the table %d times", name, n)
		}
	}
}

// A switch for a user whom the table has in an organization adds no row.
func TestAKnownUserIsNotAddedAgain(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\nconnections:\n"+
		"  - {provider: github, user_id: user_ann, organization_id: org_a, scenario: expired}\n")
	use(t, r, "active", scenarios.Place{User: "user_ann"})
	page := get(t, r, "/_ui/")
	if n := strings.Count(page, `id="row-`); n != 1 {
		t.Errorf("the table has %d rows", n)
	}
	if use(t, r, "active", scenarios.Place{User: "user_ann", NoOrganization: true}); !strings.Contains(
		get(t, r, "/_ui/"), `id="row-1"`) {
		t.Error("the user without an organization is missing")
	}
}
