// Package origin checks the origins of web pages: scheme, host and port, as in http://localhost:3000.
package origin

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// asShown says how to write an origin that cannot be corrected here.
const asShown = "write it as location.origin shows it in the browser, such as http://localhost:3000"

// Check returns what is wrong with an origin, with what to write instead, or nil. The error continues a sentence that
// begins with the origin. Origins are compared letter by letter
// with those that browsers send, so it accepts only what a browser can send.
func Check(text string) error {
	problem, fix := check(text)
	if problem == "" {
		return nil
	}
	if fix == "" {
		fix = asShown
	} else {
		fix = "write " + fix
	}
	return fmt.Errorf("%s: %s", problem, fix)
}

// check returns what is wrong with an origin, or "", and the origin that is meant, if that is clear.
func check(text string) (problem, fix string) {
	scheme, rest, hasScheme := strings.Cut(text, "://")
	switch {
	case text == "":
		return "is empty", ""
	case text == "null":
		return "is the origin of every file and every sandboxed page, so it cannot be allowed", ""
	case strings.Contains(text, "*"):
		return "allows more than one origin, and so any page could switch the fake; name each one", ""
	case !hasScheme && isHost(text):
		return "has no scheme", "http://" + text + " or https://" + text
	case !hasScheme:
		return "has no scheme", ""
	}
	usualPort, isWeb := map[string]string{"http": ":80", "https": ":443"}[strings.ToLower(scheme)]
	u, err := url.Parse(text)
	switch {
	case !isWeb:
		return "is neither http nor https", ""
	case err != nil || !isHost(u.Host):
		return "has no valid host and port", ""
	}
	host := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(u.Host), usualPort), ":")
	fix = strings.ToLower(scheme) + "://" + host
	return difference(text, rest, u, fix), fix
}

// difference says how a text differs from the origin that is meant, if it does. rest is the text without its scheme.
func difference(text, rest string, u *url.URL, meant string) string {
	switch {
	case u.User != nil:
		return "has a user name or a password"
	case rest != u.Host && strings.TrimRight(rest, "/") == u.Host:
		return "ends with a slash"
	case rest != u.Host:
		return "has more than scheme, host and port"
	case strings.ToLower(text) != text:
		return "has capital letters, which browsers do not send"
	case text != meant:
		return "has a port that browsers leave out"
	}
	return ""
}

// isHost reports whether a text is a host as browsers send it, possibly with a port, and in any case of letters.
func isHost(text string) bool {
	u, err := url.Parse("http://" + text)
	if err != nil || u.Host != text || u.Hostname() == "" {
		return false
	}
	number, err := strconv.ParseUint(u.Port(), 10, 16)
	if u.Port() != "" && (err != nil || strconv.FormatUint(number, 10) != u.Port()) {
		return false
	}
	if strings.Contains(u.Hostname(), ":") {
		address, err := netip.ParseAddr(u.Hostname())
		return err == nil && address.Zone() == "" && address.String() == strings.ToLower(u.Hostname())
	}
	return !strings.ContainsFunc(u.Hostname(), isNotInHosts)
}

// isNotInHosts reports whether browsers never send a character in a host: they encode names in other alphabets.
func isNotInHosts(r rune) bool {
	isLetter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !isLetter && !strings.ContainsRune("-._", r)
}
