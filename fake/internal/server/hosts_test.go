package server

import (
	"cmp"
	"crypto/tls"
	"strings"
	"testing"
)

func TestHostnameIsTheNameInAHostHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"localhost:8080":   "localhost",
		"LocalHost":        "localhost",
		"example.com.":     "example.com",
		"example.com.:443": "example.com",
		"[::1]:8080":       "::1",
		"[::1]":            "::1",
		"127.0.0.1:1":      "127.0.0.1",
		"":                 "",
	} {
		if got := Hostname(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func TestAcceptedHosts(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		allowed allowedHosts
		host    string
		want    bool
	}{
		"an address":                          {nil, "192.168.1.7", true},
		"an IPv6 address":                     {nil, "::1", true},
		"localhost":                           {nil, "localhost", true},
		"a name without a dot":                {nil, "pipesfake", true},
		"the host of a container":             {nil, "host.docker.internal", true},
		"a public name":                       {nil, "attacker.example", false},
		"a subdomain of localhost":            {nil, "app.localhost", true},
		"a name for tests":                    {nil, "fake.test", true},
		"a name in a private network":         {nil, "fake.corp.internal", true},
		"a service in a cluster":              {nil, "pipesfake.default.svc", true},
		"a service, by its full name":         {nil, "pipesfake.default.svc.cluster.local", true},
		"a public name with a reserved label": {nil, "svc.attacker.example", false},
		"a public name below local":           {nil, "attacker.local", false},
		"a suffix alone":                      {nil, ".test", false},
		"no host":                             {nil, "", false},
		"an allowed name":                     {allowedHosts{"fake.example"}, "fake.example", true},
		"a subdomain of an allowed name":      {allowedHosts{"fake.example"}, "a.fake.example", false},
		"a name that ends like an allowed":    {allowedHosts{"fake.example"}, "notfake.example", false},
		"a public name where all are allowed": {allowedHosts{"*"}, "attacker.example", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := one.allowed.accepts(one.host); got != one.want {
				t.Errorf("%q: got %v, want %v", one.host, got, one.want)
			}
		})
	}
}

func TestAcceptedOrigins(t *testing.T) {
	t.Parallel()
	app, all := allowedHosts{"app.example"}, allowedHosts{"*"}
	for name, one := range map[string]struct {
		allowed allowedHosts
		origin  string
		isTLS   bool
		want    bool
	}{
		"the origin of the request":             {origin: "http://localhost:8080", want: true},
		"in another case":                       {origin: "HTTP://LocalHost:8080", want: true},
		"another port":                          {origin: "http://localhost:3000"},
		"another scheme":                        {origin: "https://localhost:8080"},
		"https over TLS":                        {origin: "https://localhost:8080", isTLS: true, want: true},
		"http over TLS":                         {origin: "http://localhost:8080", isTLS: true},
		"another site":                          {origin: "http://attacker.example"},
		"an address, which hosts may be":        {origin: "http://127.0.0.1:8080"},
		"a sandboxed page":                      {origin: "null"},
		"empty":                                 {origin: ""},
		"an allowed host":                       {allowed: app, origin: "https://app.example", want: true},
		"an allowed host with a port":           {allowed: app, origin: "http://app.example:3000", want: true},
		"an allowed host with a path":           {allowed: app, origin: "http://app.example/"},
		"a user name that looks like a host":    {allowed: app, origin: "http://app.example@x.example"},
		"another site where all are allowed":    {allowed: all, origin: "http://attacker.example", want: true},
		"a sandboxed page where all are":        {allowed: all, origin: "null"},
		"a site that begins like an allowed is": {allowed: app, origin: "http://app.example.x.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest("GET", "http://localhost:8080/_control/state")
			if one.isTLS {
				r.TLS = &tls.ConnectionState{}
			}
			if got := one.allowed.acceptsOrigin(one.origin, r); got != one.want {
				t.Errorf("%q: got %v, want %v", one.origin, got, one.want)
			}
		})
	}
}

// Requests of browsers without an Origin header: links, images, scripts, and forms that use GET.
func TestAcceptedSites(t *testing.T) {
	t.Parallel()
	app, all := allowedHosts{"app.example"}, allowedHosts{"*"}
	const state, link, image = "/_control/state", "cross-site navigate document", "cross-site no-cors image"
	for name, one := range map[string]struct {
		allowed allowedHosts
		method  string // empty means GET
		path    string
		fetch   string // what the browser says in Sec-Fetch-Site, Sec-Fetch-Mode and Sec-Fetch-Dest
		want    bool
	}{
		"no browser":                          {path: state, want: true},
		"the page itself":                     {path: state, fetch: "same-origin cors empty", want: true},
		"an address typed by the user":        {path: state, fetch: "none navigate document", want: true},
		"an image of another site":            {path: state, fetch: image},
		"an image of another port":            {path: state, fetch: "same-site no-cors image"},
		"a link to a control call":            {path: state, fetch: link},
		"a link to the page":                  {path: "/_ui/clock", fetch: link, want: true},
		"a link from an old browser":          {path: "/_ui/", fetch: "cross-site navigate", want: true},
		"a frame with the page":               {path: "/_ui/", fetch: "cross-site navigate iframe"},
		"a form that posts to the page":       {method: "POST", path: "/_ui/do/reset", fetch: link},
		"a path that begins like the page's":  {path: "/_uix", fetch: link},
		"an image where all are allowed":      {allowed: all, path: state, fetch: image, want: true},
		"an image where some host is allowed": {allowed: app, path: state, fetch: image},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(cmp.Or(one.method, "GET"), one.path)
			names := []string{"Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"}
			for i, value := range strings.Fields(one.fetch) {
				r.Header.Set(names[i], value)
			}
			if got := one.allowed.acceptsSite(r); got != one.want {
				t.Errorf("got %v, want %v", got, one.want)
			}
		})
	}
}
