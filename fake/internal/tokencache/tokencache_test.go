package tokencache

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/model"
)

func noon() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// response returns a response that is valid at a revision, until a time unless it is zero.
func response(revision uint64, until time.Time) Response {
	return Response{
		Body:     []byte("a response"),
		Decision: new(model.Decision),
		Validity: model.Validity{Revision: revision, Until: until},
	}
}

// In each case the cache has a response to {"a":1} at github of revision 7, which is valid until noon.
func TestWhenAStoredResponseIsUsed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, slug, body string
		revision         uint64
		at               time.Time
		want             bool
	}{
		{"the same request", "github", `{"a":1}`, 7, noon().Add(-time.Hour), true},
		{"just before its validity ends", "github", `{"a":1}`, 7, noon().Add(-1), true},
		{"when its validity ends", "github", `{"a":1}`, 7, noon(), false},
		{"after its validity has ended", "github", `{"a":1}`, 7, noon().Add(time.Hour), false},
		{"once the environment has changed", "github", `{"a":1}`, 8, noon().Add(-time.Hour), false},
		{"another provider", "slack", `{"a":1}`, 7, noon().Add(-time.Hour), false},
		{"another body", "github", `{"a":2}`, 7, noon().Add(-time.Hour), false},
		{"the same body, written differently", "github", `{"a": 1}`, 7, noon().Add(-time.Hour), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var cache Cache
			cache.Put("github", []byte(`{"a":1}`), response(7, noon()))
			found := cache.Find(test.slug, []byte(test.body), test.revision, test.at)
			if (found != nil) != test.want {
				t.Errorf("found: %v, want %v", found != nil, test.want)
			}
			if found != nil && string(found.Body) != "a response" {
				t.Errorf("found %s", found.Body)
			}
		})
	}
}

func TestAResponseThatTimeDoesNotChangeIsAlwaysUsed(t *testing.T) {
	t.Parallel()
	var cache Cache
	cache.Put("github", nil, response(7, time.Time{}))
	if cache.Find("github", nil, 7, noon().AddDate(100, 0, 0)) == nil {
		t.Error("it is not found")
	}
}

func TestWhichResponsesAreStored(t *testing.T) {
	t.Parallel()
	changing := response(7, time.Time{})
	changing.Decision.Changed = "the token was refreshed"
	for _, test := range []struct {
		name string
		body string
		made Response
		want bool
	}{
		{"one that stays the same", "{}", response(7, time.Time{}), true},
		{"one that the next call can change", "{}", response(0, time.Time{}), false},
		{"one of a call that changed something", "{}", changing, false},
		{"one to a body of 200 bytes", strings.Repeat("a", 200), response(7, time.Time{}), true},
		{"one to a longer body", strings.Repeat("a", 201), response(7, time.Time{}), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var cache Cache
			cache.Put("github", []byte(test.body), test.made)
			found := cache.Find("github", []byte(test.body), test.made.Validity.Revision, noon())
			if (found != nil) != test.want {
				t.Errorf("stored: %v, want %v", found != nil, test.want)
			}
		})
	}
}

// A change of the environment drops all responses, so that they take no memory.
func TestAChangeDropsAllResponses(t *testing.T) {
	t.Parallel()
	var cache Cache
	cache.Put("github", []byte("a"), response(7, time.Time{}))
	cache.Put("github", []byte("b"), response(8, time.Time{}))
	if len(cache.responses) != 1 || cache.Find("github", []byte("b"), 8, noon()) == nil {
		t.Errorf("%d responses are stored, want the one of the new revision", len(cache.responses))
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	var cache Cache
	one := response(7, time.Time{})
	for i := range maxResponses + 10 {
		cache.Put("github", []byte(strconv.Itoa(i)), one)
	}
	if len(cache.responses) != maxResponses {
		t.Errorf("%d responses are stored, at most %d may be", len(cache.responses), maxResponses)
	}
	if cache.Find("github", []byte("0"), 7, noon()) == nil {
		t.Error("a full cache has lost its first response")
	}
}
