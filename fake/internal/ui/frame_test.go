package ui

import (
	"strings"
	"testing"
)

// An empty list of requests says where an application reaches the API and with which key, as far as the page knows.
func TestWhereClientsReachTheAPI(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		api     string
		isApart bool
		want    string
	}{
		"where the page is":              {want: "<code>http://fake.test</code>"},
		"an external address":            {api: "https://a.example", want: "<code>https://a.example</code>"},
		"apart":                          {isApart: true, want: "the address of the API"},
		"apart, with an address outside": {"https://a.example", true, "<code>https://a.example</code>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "version: 1\n")
			r.API, r.Apart = one.api, one.isApart
			for _, path := range []string{"/_ui/", "/_ui/requests"} {
				page := get(t, r, path)
				if want := "WorkOS client at " + one.want + ","; !strings.Contains(page, want) {
					t.Errorf("%s lacks %q", path, want)
				}
			}
		})
	}
}
