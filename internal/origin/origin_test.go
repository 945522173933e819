package origin

import "testing"

func TestOriginsThatBrowsersSend(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"http://localhost:3000", "http://localhost", "https://app.example", "https://app.example:8443",
		"http://127.0.0.1:5173", "http://[::1]:3000", "https://xn--mnchen-3ya.example", "http://my_app.test.",
		"https://app.example:80", "http://app.example:443",
	} {
		if err := Check(text); err != nil {
			t.Errorf("%s %v", text, err)
		}
	}
}

func TestOtherTexts(t *testing.T) {
	t.Parallel()
	const (
		many    = "allows more than one origin, and so any page could switch the fake; name each one: "
		null    = "is the origin of every file and every sandboxed page, so it cannot be allowed: "
		badHost = "has no valid host and port: "
	)
	for text, want := range map[string]string{
		"":                            "is empty: " + asShown,
		"*":                           many + asShown,
		"https://*.example.com":       many + asShown,
		"null":                        null + asShown,
		"localhost:3000":              "has no scheme: write http://localhost:3000 or https://localhost:3000",
		"//localhost":                 "has no scheme: " + asShown,
		"ftp://localhost":             "is neither http nor https: " + asShown,
		"://localhost":                "is neither http nor https: " + asShown,
		"http://":                     badHost + asShown,
		"http://:3000":                badHost + asShown,
		"http://a b":                  badHost + asShown,
		"http://münchen.example":      badHost + asShown,
		"http://localhost:99999":      badHost + asShown,
		"http://localhost:03000":      badHost + asShown,
		"http://localhost:x":          badHost + asShown,
		"http://[0:0:0:0:0:0:0:1]":    badHost + asShown,
		"http://[fe80::1%25eth0]":     badHost + asShown,
		"http://localhost:3000/":      "ends with a slash: write http://localhost:3000",
		"http://localhost:3000//":     "ends with a slash: write http://localhost:3000",
		"http://localhost:3000/login": "has more than scheme, host and port: write http://localhost:3000",
		"http://localhost?a=b":        "has more than scheme, host and port: write http://localhost",
		"http://localhost#a":          "has more than scheme, host and port: write http://localhost",
		"http://me:secret@localhost":  "has a user name or a password: write http://localhost",
		"https://App.Example":         "has capital letters, which browsers do not send: write https://app.example",
		"HTTP://localhost":            "has capital letters, which browsers do not send: write http://localhost",
		"http://localhost:80":         "has a port that browsers leave out: write http://localhost",
		"https://localhost:443":       "has a port that browsers leave out: write https://localhost",
		"http://localhost:":           "has a port that browsers leave out: write http://localhost",
	} {
		if err := Check(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
