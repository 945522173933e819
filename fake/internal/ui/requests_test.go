package ui

import (
	"net/url"
	"testing"

	"example.com/pipesfake/fake/internal/control"
)

func TestTheFiltersOfRequests(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		page       string
		want       string
		isFiltered bool
	}{
		"none":                 {"", "limit=50", false},
		"what is not a filter": {"did=1&open=x&paused=3", "limit=50", false},
		"empty fields":         {"user_id=&status=+", "limit=50", false},
		"a user":               {"user_id=alice", "limit=50&user_id=alice", true},
		"spaces around":        {"user_id=+alice+", "limit=50&user_id=alice", true},
		"a status":             {"status=5xx", "limit=50&status=5xx", true},
		"no organization":      {"organization_id=none", "limit=50&organization_id=none", true},
		"an operation and a provider": {
			"operation=token&provider=github", "limit=50&operation=token&provider=github", true,
		},
		"connections of an organization": {
			"connection_owner=organization", "connection_owner=organization&limit=50", true,
		},
		"the limit is that of the page":   {"limit=1000", "limit=50", false},
		"only the first of several users": {"user_id=a&user_id=b", "limit=50&user_id=a", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := url.ParseQuery(one.page)
			if err != nil {
				t.Fatal(err)
			}
			got, isFiltered := requestsQuery(page)
			if got.Encode() != one.want || isFiltered != one.isFiltered {
				t.Errorf("got %s and %v, want %s and %v", got.Encode(), isFiltered, one.want, one.isFiltered)
			}
		})
	}
}

func TestWhereAPausedListEnds(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]uint64{"3": 3, "0": 0, "7": 7, "8": 7, "": 7, "x": 7, "-1": 7} {
		if got := pausedAt(number, 7); got != want {
			t.Errorf("paused=%s: got %d, want %d", number, got, want)
		}
	}
}

func TestHowARequestIsShownInAList(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		request                           control.Request
		what, whose, answer, class, words string
	}{
		"an operation on a connection": {
			control.Request{
				Method: "POST", Path: "/x", Operation: new("token"), UserID: new("alice"), OrganizationID: new("acme"),
				Status: new(200), Because: "switch 1",
			},
			"token", "alice in acme", "200 OK", "good", "switch 1",
		},
		"a path without a route": {
			control.Request{Method: "GET", Path: "/x", Status: new(501)},
			"GET /x", "–", "501 Not Implemented", "bad", "It is not about the state of a connection.",
		},
		"what an organization owns": {
			control.Request{
				Method: "GET", Path: "/x", OrganizationID: new("acme"), Status: new(404), Because: "the start",
			},
			"GET /x", "owned by acme", "404 Not Found", "warn", "the start",
		},
		"a redirect": {control.Request{Status: new(302), Changed: new("consent")}, " ", "–", "302 Found", "good", ""},
		"a status without a name": {
			control.Request{Status: new(599), Because: "a fault"}, " ", "–", "599", "bad", "a fault",
		},
		"a broken connection": {control.Request{Because: "a fault"}, " ", "–", "no answer", "bad", "a fault"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := requestRowOf(one.request)
			for _, field := range []struct{ name, got, want string }{
				{"what", got.What, one.what}, {"whose", got.Whose, one.whose}, {"answer", got.Answer, one.answer},
				{"class", got.Class, one.class}, {"because", got.Because, one.words},
			} {
				if field.got != field.want {
					t.Errorf("%s: got %q, want %q", field.name, field.got, field.want)
				}
			}
		})
	}
}

func TestAFaultMadeFromARequestIsForTheSameConnection(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		request control.Request
		want    string
	}{
		"nothing named":   {control.Request{}, ""},
		"an operation":    {control.Request{Operation: new("list_events")}, "operation=list_events"},
		"a user":          {control.Request{UserID: new("alice")}, "organization_id=none&user_id=alice"},
		"an organization": {control.Request{OrganizationID: new("acme")}, "organization_id=acme"},
		"a user in one": {
			control.Request{UserID: new("alice"), OrganizationID: new("acme")},
			"organization_id=acme&user_id=alice",
		},
		"a provider, no user": {control.Request{Provider: new("github")}, "provider=github"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := faultFormOf(requestRow{Request: one.request}).Encode(); got != one.want {
				t.Errorf("got %s, want %s", got, one.want)
			}
		})
	}
}
