package scenarios

import (
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"
)

// ConnectionEvents are the events that a webhook of the file is told unless it names others.
func ConnectionEvents() []string {
	return []string{
		"pipes.connected_account.connected", "pipes.connected_account.connection_failed",
		"pipes.connected_account.disconnected", "pipes.connected_account.reauthorization_needed",
	}
}

// webhook reads an endpoint.
func (l *loader) webhook(n *yaml.Node, path string) {
	before := len(l.problems)
	f := l.fields(n, path, []string{"url", "secret", "events"})
	if resolve(n).Kind != yaml.MappingNode {
		return
	}
	w := Webhook{Position: l.position(n), Events: ConnectionEvents()}
	f.read("url", func(n *yaml.Node, path string) {
		if w.URL = l.word(n, path); len(l.problems) == before && !IsWebURL(w.URL) {
			l.wrong(n, path, "url %q is not an address that webhooks can be sent to: write http://… or https://…", Abridge(w.URL))
		}
	})
	f.read("secret", func(n *yaml.Node, path string) { w.Secret = l.secret(n, path) })
	f.read("events", func(n *yaml.Node, path string) { w.Events = l.choices(n, path, ConnectionEvents()...) })
	if f.values["url"] == nil {
		l.wrong(n, join(path, "url"), "url is missing: a webhook needs one")
	}
	if first, ok := l.webhooks[w.URL]; !ok {
		l.webhooks[w.URL] = w.Position.Line
	} else if len(l.problems) == before {
		l.wrong(n, path, "this url stands here twice (first in line %d)", first)
	}
	l.set.webhooks = append(l.set.webhooks, w)
}

// longestURL bounds addresses, in bytes.
const longestURL = 8192

// IsWebURL tells whether a text is an absolute address of http or https, without credentials or blanks in it.
func IsWebURL(text string) bool {
	u, err := url.Parse(text)
	web := strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
	return err == nil && web && len(text) <= longestURL && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) && u.Hostname() != "" && u.User == nil
}
