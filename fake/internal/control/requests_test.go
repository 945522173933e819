package control

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/journal"
)

func TestListRequests(t *testing.T) {
	t.Parallel()
	c := withCalls(t, "a", "b", "c", "a", "b")
	for query, want := range map[string]string{
		"":                                     "/b /a /c /b /a",
		"limit=2":                              "/b /a, more: 4",
		"limit=2&next=4":                       "/c /b, more: 2",
		"limit=2&next=2":                       "/a",
		"limit=1&user_id=a":                    "/a, more: 4",
		"limit=1&user_id=a&next=4":             "/a",
		"user_id=nobody":                       "",
		"operation=token&limit=5":              "/b /a /c /b /a",
		"status=none":                          "",
		"status=200&organization_id=none":      "/b /a /c /b /a",
		"connection_owner=organization":        "",
		"next=1":                               "",
		"limit=1000&provider=github&user_id=c": "/c",
	} {
		requests, more, err := ListRequests(c.withQuery(t, query))
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, request := range requests {
			paths = append(paths, request.Path)
		}
		got := strings.Join(paths, " ")
		if more != "" {
			got += ", more: " + more
		}
		if got != want {
			t.Errorf("%s: the page is %s, want %s", query, got, want)
		}
	}
}

func TestMistakesInListRequests(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"limit=0":    "limit: limit must be a whole number from 1 to 1000, not 0",
		"limit=1001": "limit: limit must be a whole number from 1 to 1000, not 1001",
		"next=0":     "next: next must be a whole number from 1 to 4611686018427387904, not 0",
		"operation=tokn": `operation: no operation is called "tokn" (did you mean token?): ` +
			"docs/pipes-api.md and GET /_control/openapi.json list all",
		"operation=tokn&status=999": "status: status must be a whole number from 200 to 599, not 999\n" +
			`operation: no operation is called "tokn" (did you mean token?): ` +
			"docs/pipes-api.md and GET /_control/openapi.json list all",
		"provider=a/b": `provider: provider "a/b" is not a slug: ` +
			"1 to 100 letters, digits, dashes, dots or underscores",
	} {
		_, _, err := ListRequests(newCall(t, "version: 1\n").withQuery(t, query))
		if got := mistakesIn(t, err); got != want {
			t.Errorf("%s: the mistakes are\n%s, want\n%s", query, got, want)
		}
	}
}

// Of a request without a response there is no status, and there are no headers of one.
func TestRequestDetail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry journal.Entry
		want  string
	}{
		"answered": {journal.Entry{
			Status: 200, Host: "app", ResponseHeader: map[string][]string{"A": {"b"}}, Response: []byte("{}"),
		}, "headers map[Host:app], response map[A:b] {}, status true, decided false"},
		"not answered": {
			journal.Entry{ResponseHeader: map[string][]string{"A": {"b"}}},
			"headers map[], response map[] , status false, decided false",
		},
		"with headers that were too large": {
			journal.Entry{Status: 200, LeftOut: true, AnsweredLeftOut: true},
			"headers map[left out:more than 16 KiB], response map[left out:more than 16 KiB] , " +
				"status true, decided false",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := described(views{}.requestDetail(&c.entry)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestGetRequestThatIsNotThere(t *testing.T) {
	t.Parallel()
	c := newCall(t, "version: 1\n")
	c.Vars = map[string]string{"id": "req_9"}
	_, err := GetRequest(c)
	if err == nil || !strings.Contains(err.Error(), `of environment default has no request "req_9"`) {
		t.Error(err)
	}
}
