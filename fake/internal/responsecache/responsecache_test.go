package responsecache

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

func noon() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// response returns a response that is valid at a revision, until a time unless it is zero.
func response(revision uint64, until time.Time) *Response {
	return &Response{
		Body:     []byte("a response"),
		Decision: new(model.Decision),
		Validity: model.Validity{Revision: revision, Until: until},
	}
}

// asking returns a request of alice with a body.
func asking(body string) Request {
	return Request{Operation: "token", Key: scenarios.Key{Provider: "github", User: "alice"}, Body: []byte(body)}
}

// In each case the cache has a response of revision 7 to {"a":1} of alice, which is valid until noon.
func TestWhenAStoredResponseIsUsed(t *testing.T) {
	t.Parallel()
	before := noon().Add(-time.Hour)
	for _, test := range []struct {
		name     string
		change   func(*Request)
		revision uint64
		at       time.Time
		want     bool
	}{
		{"the same request", nil, 7, before, true},
		{"just before its validity ends", nil, 7, noon().Add(-1), true},
		{"when its validity ends", nil, 7, noon(), false},
		{"after its validity has ended", nil, 7, noon().Add(time.Hour), false},
		{"once the environment has changed", nil, 8, before, false},
		{"another operation", func(r *Request) { r.Operation = "credentials" }, 7, before, false},
		{"another provider", func(r *Request) { r.Provider = "slack" }, 7, before, false},
		{"another user", func(r *Request) { r.User = "bob" }, 7, before, false},
		{"an organization", func(r *Request) { r.Organization = "acme" }, 7, before, false},
		{"the user as the organization", func(r *Request) { r.User, r.Organization = "", "alice" }, 7, before, false},
		{"a query", func(r *Request) { r.Query = "b" }, 7, before, false},
		{"another body", func(r *Request) { r.Body = []byte(`{"a":2}`) }, 7, before, false},
		{"the same body, written differently", func(r *Request) { r.Body = []byte(`{"a": 1}`) }, 7, before, false},
		{"a part of the body elsewhere", func(r *Request) {
			r.Query, r.Body = `{`, []byte(`"a":1}`)
		}, 7, before, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var cache Cache
			cache.Put(asking(`{"a":1}`), response(7, noon()))
			to := asking(`{"a":1}`)
			if test.change != nil {
				test.change(&to)
			}
			found := cache.Find(to, test.revision, test.at)
			if (found != nil) != test.want {
				t.Errorf("found: %v, want %v", found != nil, test.want)
			}
			if found != nil && string(found.Body) != "a response" {
				t.Errorf("found %s", found.Body)
			}
		})
	}
}

// A path can have any byte, as %00, and a body, too.
func TestZerosDoNotMoveAPartOfARequest(t *testing.T) {
	t.Parallel()
	var cache Cache
	cache.Put(asking("bob\x00\x00\x00"), response(7, time.Time{}))
	other := Request{Operation: "token", Key: scenarios.Key{Provider: "github\x00alice\x00\x00", User: "bob"}}
	if cache.Find(other, 7, noon()) != nil {
		t.Error("bob gets the response to alice")
	}
}

func TestAResponseThatTimeDoesNotChangeIsAlwaysUsed(t *testing.T) {
	t.Parallel()
	var cache Cache
	cache.Put(asking(""), response(7, time.Time{}))
	if cache.Find(asking(""), 7, noon().AddDate(100, 0, 0)) == nil {
		t.Error("it is not found")
	}
}

func TestLongRequestsAreNotStored(t *testing.T) {
	t.Parallel()
	rest := maxRequest - asking("").size()
	for name, test := range map[string]struct {
		body string
		want bool
	}{
		"a short one":    {"{}", true},
		"as long as may": {strings.Repeat("a", rest), true},
		"longer":         {strings.Repeat("a", rest+1), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cache Cache
			if got := cache.HasRoomFor(asking(test.body), 7); got != test.want {
				t.Errorf("there is room: %t, want %t", got, test.want)
			}
			cache.Put(asking(test.body), response(7, time.Time{}))
			if found := cache.Find(asking(test.body), 7, noon()); (found != nil) != test.want {
				t.Errorf("stored: %v, want %v", found != nil, test.want)
			}
		})
	}
}

func TestLongResponsesAreNotStored(t *testing.T) {
	t.Parallel()
	var cache Cache
	long := response(7, time.Time{})
	long.Body = make([]byte, maxBody+1)
	cache.Put(asking(""), long)
	if cache.Find(asking(""), 7, noon()) != nil {
		t.Error("it is stored")
	}
}

// A change of the environment drops all responses, so that they take no memory.
func TestAChangeDropsAllResponses(t *testing.T) {
	t.Parallel()
	var cache Cache
	cache.Put(asking("a"), response(7, time.Time{}))
	cache.Put(asking("b"), response(8, time.Time{}))
	if len(cache.responses) != 1 || cache.Find(asking("b"), 8, noon()) == nil {
		t.Errorf("%d responses are stored, want the one of the new revision", len(cache.responses))
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	var cache Cache
	for i := range maxResponses + 10 {
		to := asking(strconv.Itoa(i))
		if got, want := cache.HasRoomFor(to, 7), i < maxResponses; got != want {
			t.Fatalf("there is room for response %d: %t, want %t", i, got, want)
		}
		cache.Put(to, response(7, time.Time{}))
	}
	if len(cache.responses) != maxResponses {
		t.Errorf("%d responses are stored, at most %d may be", len(cache.responses), maxResponses)
	}
	if cache.Find(asking("0"), 7, noon()) == nil {
		t.Error("a full cache has lost its first response")
	}
	if !cache.HasRoomFor(asking("0"), 8) {
		t.Error("a full cache has no room for responses of another revision")
	}
}
