package export

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// webhooks returns the endpoints as a file says them; nil: they are the file's own. Secrets of calls are left out.
func (e *exporter) webhooks() []scenarios.Webhook {
	said := e.Set.Webhooks()
	made := []scenarios.Webhook{}
	for _, one := range e.Endpoints {
		written := scenarios.Webhook{URL: one.URL, Events: []string{}}
		for _, name := range one.Events {
			if slices.Contains(pipes.Events(), name) && !slices.Contains(written.Events, name) {
				written.Events = append(written.Events, name)
			}
		}
		if !one.Enabled || len(written.Events) == 0 {
			continue
		}
		own := slices.IndexFunc(said, func(other scenarios.Webhook) bool { return other.URL == one.URL })
		if own >= 0 {
			written.Secret = said[own].Secret
		} else if written.URL = addressWithoutSecrets(one.URL, one.Order); written.URL != one.URL {
			e.leaveOut("the query, or the part after #, of the webhook endpoint %s: write it yourself.",
				written.URL)
		}
		if len(written.Events) < len(one.Events) {
			e.leaveOut("events of the webhook endpoint %s that never happen here, or are named twice.", written.URL)
		}
		made = append(made, written)
	}
	same := func(a, b scenarios.Webhook) bool {
		return a.URL == b.URL && a.Secret == b.Secret && slices.Equal(a.Events, b.Events)
	}
	if slices.EqualFunc(made, said, same) {
		return nil
	}
	return made
}

// addressWithoutSecrets returns the address of an endpoint with words in place of the values of its query, and of its
// fragment: any of them may be a secret. The number distinguishes it from others.
func addressWithoutSecrets(address string, number uint64) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" && u.Fragment == "" {
		return address
	}
	word := fmt.Sprintf("left-out-%d", number)
	if u.RawQuery != "" {
		parts := strings.Split(u.RawQuery, "&")
		for i, part := range parts {
			if name, _, named := strings.Cut(part, "="); named {
				parts[i] = name + "=" + word
			} else {
				parts[i] = word
			}
		}
		if u.RawQuery = strings.Join(parts, "&"); len(u.RawQuery) > len(address) {
			u.RawQuery = word
		}
	}
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = word, ""
	}
	return u.String()
}
