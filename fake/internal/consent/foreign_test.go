package consent

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/call"
)

func TestWhoMayDecideThePage(t *testing.T) {
	t.Parallel()
	const link = "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"
	for name, one := range map[string]struct {
		method, headers string
		externalURL     string
		isRefused       bool
	}{
		"a test that opens it":          {method: "GET"},
		"a test that sends the form":    {method: "POST"},
		"a link of another site":        {method: "GET", headers: link},
		"the address typed by the user": {method: "GET", headers: "Sec-Fetch-Site: none"},
		"an image of another site": {
			method: "GET", headers: "Sec-Fetch-Site: cross-site\nSec-Fetch-Dest: image", isRefused: true,
		},
		"a frame of another site": {
			method: "GET", headers: strings.Replace(link, "document", "iframe", 1), isRefused: true,
		},
		"a script of another site": {
			method: "GET", headers: strings.Replace(link, "navigate", "cors", 1), isRefused: true,
		},
		"an image of another port": {
			method: "GET", headers: "Sec-Fetch-Site: same-site\nSec-Fetch-Dest: image",
		},
		"a prefetch": {method: "GET", headers: "Sec-Purpose: prefetch", isRefused: true},
		"a prefetched link": {
			method: "GET", headers: link + "\nSec-Purpose: prefetch", isRefused: true,
		},
		"its own form":                 {method: "POST", headers: "Sec-Fetch-Site: same-origin\nOrigin: null"},
		"its own form, with an origin": {method: "POST", headers: "Origin: http://fake.test:80"},
		"its own form, behind TLS":     {method: "POST", headers: "Origin: https://FAKE.test:80"},
		"its own form, behind a proxy": {
			method: "POST", headers: "Origin: https://fake.example", externalURL: "https://fake.example/pipes",
		},
		"a form of another site": {
			method: "POST", headers: "Sec-Fetch-Site: cross-site\nOrigin: null", isRefused: true,
		},
		"a form of another site, old browser": {
			method: "POST", headers: "Origin: http://attacker.example", isRefused: true,
		},
		"a form of another port": {
			method: "POST", headers: "Origin: http://fake.test:81", isRefused: true,
		},
		"a form of a host that begins alike": {
			method: "POST", headers: "Origin: https://fake.exam", externalURL: "https://fake.example",
			isRefused: true,
		},
		"a form of another site, as a link is": {method: "POST", headers: link, isRefused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(one.method, "http://fake.test:80/page", nil)
			for line := range strings.Lines(one.headers) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				r.Header.Add(name, value)
			}
			err := checkSite(&call.Call{Request: r, ExternalURL: one.externalURL})
			if (err != nil) != one.isRefused {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
